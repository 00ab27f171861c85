// The floor: a server that does nothing but write() one ready frame to each of its clients.
//
// loop CLIENTS RATE BURST TEMPLATE
//   Prints its port, takes CLIENTS connections in, and shakes hands with each; from the first line on standard input
//   on it writes RATE times a second, to every client, BURST frames of the text in TEMPLATE, each by a write of its
//   own, until standard input ends. The first sixteen @ in the text become the time in microseconds.
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <poll.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

static const char ANSWER[] = "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n";

static uint64_t clock_ns(clockid_t clock) {
    struct timespec t;
    clock_gettime(clock, &t);
    return t.tv_sec * 1000000000ull + t.tv_nsec;
}

static int listening(void) {
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof address;
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    if (bind(fd, (struct sockaddr *)&address, size) || listen(fd, 1024)) exit(1);
    getsockname(fd, (struct sockaddr *)&address, &size);
    printf("%d\n", ntohs(address.sin_port));
    fflush(stdout);
    return fd;
}

static int welcome(int door) {
    char request[8192];
    size_t got = 0;
    int fd = accept(door, NULL, NULL);
    do {
        ssize_t more = read(fd, request + got, sizeof request - 1 - got);
        if (more <= 0) exit(1);
        request[got += more] = 0;
    } while (!strstr(request, "\r\n\r\n"));
    return write(fd, ANSWER, strlen(ANSWER)) < 0 ? -1 : fd;
}

int main(int argc, char **argv) {
    if (argc != 5) return 2;
    int many = atoi(argv[1]), rate = atoi(argv[2]), burst = atoi(argv[3]), *clients = calloc(many, sizeof *clients);
    static uint8_t frame[1 << 16];
    char line[64];
    FILE *file = fopen(argv[4], "rb");
    if (!file) return 1;
    size_t size = fread(frame + 4, 1, sizeof frame - 4, file);
    uint8_t *stamp = memmem(frame + 4, size, "@@@@@@@@@@@@@@@@", 16);
    frame[0] = 0x81, frame[1] = 126, frame[2] = size >> 8, frame[3] = size & 255;
    int door = listening();
    for (int i = 0; i < many; i++) clients[i] = welcome(door);
    if (!fgets(line, sizeof line, stdin)) return 0;
    struct pollfd input = {.fd = 0, .events = POLLIN};
    for (uint64_t next = clock_ns(CLOCK_MONOTONIC);; next += 1000000000ull / rate) {
        struct timespec until = {next / 1000000000ull, next % 1000000000ull};
        clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &until, NULL);
        if (poll(&input, 1, 0) > 0 && !fgets(line, sizeof line, stdin)) return 0;
        for (int n = 0; n < burst; n++) {
            snprintf(line, sizeof line, "%016lu", (unsigned long)(clock_ns(CLOCK_REALTIME) / 1000));
            if (stamp) memcpy(stamp, line, 16);
            for (int i = 0; i < many; i++)
                if (write(clients[i], frame, size + 4) < 0) return 1;
        }
    }
}
