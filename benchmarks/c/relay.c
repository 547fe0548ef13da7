/* The limit to compare with: a relay in plain C, one socket a leg, epoll, nothing but the header rewritten.
 *
 *   relay < TABLE
 *
 * Line i of TABLE is the address and port of phone i; line i of the output is the port that it speaks to. Phone i is
 * connected with phone i ^ 1.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>

#define MAX_LEGS 16384

static struct { int fd; struct sockaddr_in phone; uint16_t offset; } legs[MAX_LEGS];

int main(void) {
    struct rlimit most = {65536, 65536};
    setrlimit(RLIMIT_NOFILE, &most);
    char address[64];
    int port, count = 0, poll = epoll_create1(0), room = 1 << 20;
    while (count < MAX_LEGS && scanf("%63s %d", address, &port) == 2) {
        legs[count].phone.sin_family = AF_INET;
        legs[count].phone.sin_port = htons(port);
        inet_aton(address, &legs[count].phone.sin_addr);
        legs[count].offset = rand();
        legs[count].fd = socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK, 0);
        setsockopt(legs[count].fd, SOL_SOCKET, SO_RCVBUF, &room, sizeof room);
        struct sockaddr_in own = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
        if (bind(legs[count].fd, (struct sockaddr *)&own, sizeof own)) {
            perror("bind");
            return 1;
        }
        socklen_t size = sizeof own;
        getsockname(legs[count].fd, (struct sockaddr *)&own, &size);
        printf("%d\n", ntohs(own.sin_port));
        struct epoll_event event = {.events = EPOLLIN, .data.u32 = count};
        epoll_ctl(poll, EPOLL_CTL_ADD, legs[count].fd, &event);
        count++;
    }
    fflush(stdout);
    struct epoll_event ready[512];
    uint8_t packet[2048];
    for (;;) {
        int n = epoll_wait(poll, ready, 512, -1);
        for (int i = 0; i < n; i++) {
            int leg = ready[i].data.u32, to = leg ^ 1;
            struct sockaddr_in source;
            socklen_t length = sizeof source;
            ssize_t size;
            while ((size = recvfrom(legs[leg].fd, packet, sizeof packet, 0, (struct sockaddr *)&source, &length)) > 0) {
                if (size < 12 || packet[0] >> 6 != 2 || source.sin_port != legs[leg].phone.sin_port || source.sin_addr.s_addr != legs[leg].phone.sin_addr.s_addr) continue;
                uint16_t sequence = ntohs(*(uint16_t *)(packet + 2)) + legs[to].offset;
                *(uint16_t *)(packet + 2) = htons(sequence);
                *(uint32_t *)(packet + 8) = htonl(0xabcd0000u + to);
                sendto(legs[to].fd, packet, size, 0, (struct sockaddr *)&legs[to].phone, sizeof legs[to].phone);
            }
        }
    }
}
