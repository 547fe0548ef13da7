/* Real RTP from thousands of phones through one socket, and what came back of it.
 *
 *   generator PORT SECONDS MODE < TABLE        MODE: relay, mix or listen
 *
 * Each line of TABLE is one phone: its address (127.1.X.Y, the phone's number), the address and port it speaks to, its
 * group. All phones speak from PORT; source addresses are chosen per packet (IP_PKTINFO). Every phone sends 172 bytes
 * every 20 ms, phones spread evenly over the 20 ms.
 *
 * relay: the payload carries the time of sending; the far phone measures the delay of each packet.
 * mix: one phone of each group says a loud frame every 100 ms; the others measure when they hear it.
 * listen: phones send silence and count what they hear.
 *
 * After a second of warming up, SECONDS are measured. The last line is JSON.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>

#define MAX_PHONES 16384
#define BATCH 64
#define SIZE 172
#define BINS 200000 /* of 10 us */
#define LOUD 0x9f   /* a loud mu-law sample */
#define MAGIC 0x5eed5eedu

struct phone {
    struct in_addr own;
    struct sockaddr_in target;
    uint32_t group;
    uint32_t member;
    uint32_t sent;
};

static struct phone phones[MAX_PHONES];
static uint32_t sizes[MAX_PHONES];
static int64_t said_at[MAX_PHONES]; /* when the group last heard somebody begin, by the clock of the sender */
static uint32_t histogram[BINS];
static int count;

static int64_t now_ns(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * 1000000000LL + t.tv_nsec;
}

static void read_table(void) {
    char own[64], target[64];
    int port;
    unsigned group;
    while (count < MAX_PHONES && scanf("%63s %63s %d %u", own, target, &port, &group) == 4) {
        struct phone *p = &phones[count++];
        inet_aton(own, &p->own);
        p->target.sin_family = AF_INET;
        p->target.sin_port = htons(port);
        inet_aton(target, &p->target.sin_addr);
        p->group = group % MAX_PHONES;
        p->member = sizes[p->group]++;
    }
}

static void fill(uint8_t *packet, int index, int mode, int64_t now, uint32_t tick) {
    struct phone *p = &phones[index];
    uint32_t sequence = p->sent++;
    memset(packet, 0xff, SIZE);
    packet[0] = 0x80;
    packet[1] = 0;
    packet[2] = sequence >> 8;
    packet[3] = sequence;
    uint32_t stamp = htonl(sequence * 160), ssrc = htonl(0x10000 + index);
    memcpy(packet + 4, &stamp, 4);
    memcpy(packet + 8, &ssrc, 4);
    if (mode == 'r') {
        uint32_t magic = MAGIC;
        memcpy(packet + 12, &magic, 4);
        memcpy(packet + 16, &now, 8);
    } else if (mode == 'm' && tick % 5 == 0 && (tick / 5) % sizes[p->group] == p->member) {
        memset(packet + 12, LOUD, 160);
        said_at[p->group] = now;
    }
}

static int64_t percentile(uint64_t total, double share) {
    uint64_t seen = 0, wanted = (uint64_t)(total * share);
    for (int bin = 0; bin < BINS; bin++) {
        seen += histogram[bin];
        if (seen > wanted) return bin;
    }
    return BINS;
}

int main(int argc, char **argv) {
    if (argc != 4) return 2;
    int mode = argv[3][0];
    double seconds = atof(argv[2]);
    read_table();
    int fd = socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK, 0), on = 1, room = 16 << 20;
    struct sockaddr_in any = {.sin_family = AF_INET, .sin_port = htons(atoi(argv[1]))};
    setsockopt(fd, IPPROTO_IP, IP_PKTINFO, &on, sizeof on);
    if (setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &room, sizeof room)) setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &room, sizeof room);
    setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &room, sizeof room);
    if (bind(fd, (struct sockaddr *)&any, sizeof any)) {
        perror("bind");
        return 1;
    }
    static uint8_t out[BATCH][SIZE], in[BATCH][2048], control[BATCH][64], in_control[BATCH][64];
    struct mmsghdr messages[BATCH], arrivals[BATCH];
    struct iovec vectors[BATCH], in_vectors[BATCH];
    int64_t begun = now_ns(), from = begun + 1000000000LL, until = from + (int64_t)(seconds * 1e9);
    uint64_t done = 0, sent = 0, received = 0, measured = 0, refused = 0, slip = 0;
    for (;;) {
        int64_t now = now_ns();
        if (now > until + 500000000LL) break;
        uint64_t due = now < until ? (uint64_t)((now - begun) / 20e6 * count) : done;
        if (due - done > slip) slip = due - done;
        while (done < due) {
            int n = 0;
            for (; n < BATCH && done < due; n++, done++) {
                int index = done % count;
                now = now_ns();
                fill(out[n], index, mode, now, done / count);
                vectors[n] = (struct iovec){out[n], SIZE};
                memset(control[n], 0, sizeof control[n]);
                struct msghdr *h = &messages[n].msg_hdr;
                *h = (struct msghdr){&phones[index].target, sizeof(struct sockaddr_in), &vectors[n], 1, control[n], CMSG_SPACE(sizeof(struct in_pktinfo)), 0};
                struct cmsghdr *c = CMSG_FIRSTHDR(h);
                c->cmsg_level = IPPROTO_IP;
                c->cmsg_type = IP_PKTINFO;
                c->cmsg_len = CMSG_LEN(sizeof(struct in_pktinfo));
                ((struct in_pktinfo *)CMSG_DATA(c))->ipi_spec_dst = phones[index].own;
                if (now >= from && now < until) sent++;
            }
            for (int first = 0; first < n;) {
                int r = sendmmsg(fd, messages + first, n - first, 0);
                if (r > 0) first += r;
                else if (errno != EAGAIN && errno != EINTR) first++, refused++;
            }
        }
        for (;;) {
            for (int i = 0; i < BATCH; i++) {
                in_vectors[i] = (struct iovec){in[i], sizeof in[i]};
                arrivals[i].msg_hdr = (struct msghdr){0, 0, &in_vectors[i], 1, in_control[i], sizeof in_control[i], 0};
            }
            int n = recvmmsg(fd, arrivals, BATCH, MSG_DONTWAIT, 0);
            if (n <= 0) break;
            now = now_ns();
            for (int i = 0; i < n; i++) {
                uint8_t *packet = in[i];
                if (arrivals[i].msg_len < SIZE || (packet[1] & 0x7f) != 0) continue;
                int64_t at = 0;
                if (mode == 'r') {
                    uint32_t magic;
                    memcpy(&magic, packet + 12, 4);
                    if (magic != MAGIC) continue;
                    memcpy(&at, packet + 16, 8);
                    if (at < from || at >= until) continue;
                    received++;
                } else {
                    if (now < from || now >= until) continue;
                    received++;
                    struct cmsghdr *c = CMSG_FIRSTHDR(&arrivals[i].msg_hdr);
                    if (mode != 'm' || !c || packet[92] == 0xff) continue;
                    uint32_t address = ntohl(((struct in_pktinfo *)CMSG_DATA(c))->ipi_addr.s_addr);
                    at = said_at[phones[(address & 0xffff) % MAX_PHONES].group];
                    if (!at) continue;
                }
                int64_t bin = (now - at) / 10000;
                histogram[bin < 0 ? 0 : bin >= BINS ? BINS - 1 : bin]++;
                measured++;
            }
        }
        struct timespec pause = {0, 200000};
        nanosleep(&pause, 0);
    }
    printf("{\"sent\": %lu, \"received\": %lu, \"refused\": %lu, \"measured\": %lu, \"slip\": %lu, \"p50_ms\": %.2f, \"p99_ms\": %.2f, \"p999_ms\": %.2f}\n",
           sent, received, refused, measured, slip, percentile(measured, .5) / 100., percentile(measured, .99) / 100., percentile(measured, .999) / 100.);
    return 0;
}
