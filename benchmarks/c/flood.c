/* A stranger who sprays: flood HOST PORT PACKETS_PER_SECOND SECONDS. Prints how many packets it has sent. */
#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>

#define BURST 50

static double now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec + t.tv_nsec * 1e-9;
}

int main(int argc, char **argv) {
    if (argc != 5) return 2;
    double rate = atof(argv[3]), seconds = atof(argv[4]);
    struct sockaddr_in from = {.sin_family = AF_INET}, to = {.sin_family = AF_INET, .sin_port = htons(atoi(argv[2]))};
    inet_pton(AF_INET, "127.9.9.9", &from.sin_addr);
    if (inet_pton(AF_INET, argv[1], &to.sin_addr) != 1) return 2;
    int socket_ = socket(AF_INET, SOCK_DGRAM, 0);
    if (socket_ < 0 || bind(socket_, (struct sockaddr *)&from, sizeof from)) return 1;
    unsigned char packet[172] = {0x80, 0};
    long sent = 0;
    double began = now();
    while (now() - began < seconds) {
        for (int i = 0; i < BURST; i++) {
            packet[2] = sent >> 8, packet[3] = sent;
            sendto(socket_, packet, sizeof packet, MSG_DONTWAIT, (struct sockaddr *)&to, sizeof to);
            sent++;
        }
        double wait = began + sent / rate - now();
        if (wait > 0) {
            struct timespec pause = {0, (long)(wait * 1e9)};
            nanosleep(&pause, NULL);
        }
    }
    printf("%ld\n", sent);
    return 0;
}
