// Many WebSocket clients in one process. Each sleeps in a read of its own, as dashboards on their own do, so that every
// message has to wake one up, which is the larger part of what sending it costs.
//
// reader PORT CLIENTS SILENT REQUEST SAYINGS
//   SILENT of the CLIENTS shake hands, say what they have to say, and never read again.
//   REQUEST is a file with the handshake; SAYINGS one with what each client says then: a length of four bytes
//   (little-endian) and so many bytes, for each client in turn.
// Prints "ready" once every client has shaken hands; then, for every line on standard input, what has come since the
// last one: frames, messages, bytes, and the median and 99th percentile of the latency in microseconds. A message is
// known by the "ts": in it, the microsecond it was made; in deflated frames none are found.
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define MARK "\"ts\":"
#define MOST (1 << 22)

struct client {
    int fd;
    uint32_t header, seen;  // Bytes of a frame's header that are known, and that have been seen.
    uint8_t head[10];
    uint64_t left;  // Bytes of its payload still to come.
};

static pthread_mutex_t counting = PTHREAD_MUTEX_INITIALIZER;
static uint64_t frames, messages, bytes, lost, count;
static uint32_t *latencies;

static void die(const char *what) {
    perror(what);
    exit(1);
}

static uint64_t now_us(void) {
    struct timespec t;
    clock_gettime(CLOCK_REALTIME, &t);
    return t.tv_sec * 1000000ull + t.tv_nsec / 1000;
}

static char *load(const char *path, long *size) {
    FILE *file = fopen(path, "rb");
    if (!file) die(path);
    fseek(file, 0, SEEK_END);
    *size = ftell(file);
    rewind(file);
    char *text = malloc(*size + 1);
    if (fread(text, 1, *size, file) != (size_t)*size) die(path);
    fclose(file);
    return text;
}

static int reach(int port, int silent) {
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(port)};
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    int fd = socket(AF_INET, SOCK_STREAM, 0), small = 4096;
    if (fd < 0) die("socket");
    if (silent) setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &small, sizeof small);
    if (connect(fd, (struct sockaddr *)&address, sizeof address)) die("connect");
    return fd;
}

static void send_all(int fd, const char *data, size_t size) {
    while (size) {
        ssize_t sent = write(fd, data, size);
        if (sent < 0) die("write");
        data += sent, size -= sent;
    }
}

// One byte at a time, so that nothing of the stream behind it is taken.
static void shake_hands(int fd, const char *request, long size) {
    char answer[4096];
    size_t got = 0;
    send_all(fd, request, size);
    while (got < 4 || memcmp(answer + got - 4, "\r\n\r\n", 4)) {
        if (got == sizeof answer || read(fd, answer + got, 1) != 1) die("handshake");
        got++;
    }
    if (memcmp(answer + 9, "101", 3)) {
        fprintf(stderr, "refused: %.*s", (int)got, answer);
        exit(1);
    }
}

static void follow_frames(struct client *c, const uint8_t *data, size_t size) {
    while (size) {
        if (c->left) {
            uint64_t skip = c->left < size ? c->left : size;
            data += skip, size -= skip, c->left -= skip;
            continue;
        }
        c->head[c->seen++] = *data++, size--;
        if (c->seen == 2) c->header = c->head[1] < 126 ? 2 : c->head[1] == 126 ? 4 : 10;
        if (c->seen < 2 || c->seen < c->header) continue;
        c->left = c->header == 2 ? c->head[1] : 0;
        for (uint32_t i = 2; i < c->header; i++) c->left = c->left << 8 | c->head[i];
        c->seen = 0, frames++;
    }
}

static void take(struct client *c, uint8_t *data, size_t size) {
    uint64_t now = now_us();
    bytes += size;
    follow_frames(c, data, size);
    data[size] = 0;
    for (uint8_t *at = data; (at = memmem(at, size - (at - data), MARK, strlen(MARK))); at++) {
        uint64_t made = strtoull((char *)at + strlen(MARK), NULL, 10);
        messages++;
        if (count < MOST && made <= now && now - made < 60000000) latencies[count++] = now - made;
    }
}

static int by_size(const void *a, const void *b) {
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    return x < y ? -1 : x > y;
}

static void report(void) {
    qsort(latencies, count, sizeof *latencies, by_size);
    uint32_t p50 = count ? latencies[count / 2] : 0, p99 = count ? latencies[count * 99 / 100] : 0;
    printf("{\"frames\":%lu,\"messages\":%lu,\"bytes\":%lu,\"lost\":%lu,\"p50\":%u,\"p99\":%u}\n", frames, messages,
           bytes, lost, p50, p99);
    fflush(stdout);
    frames = messages = bytes = count = 0;
}

static void *read_on(void *one) {
    struct client *c = one;
    uint8_t buffer[1 << 16];
    for (;;) {
        ssize_t got = read(c->fd, buffer, sizeof buffer - 1);
        pthread_mutex_lock(&counting);
        if (got > 0) take(c, buffer, got);
        else lost++;
        pthread_mutex_unlock(&counting);
        if (got <= 0) return NULL;
    }
}

int main(int argc, char **argv) {
    if (argc != 6) return 2;
    int port = atoi(argv[1]), many = atoi(argv[2]), silent = atoi(argv[3]);
    long size, rest;
    char *request = load(argv[4], &size), *sayings = load(argv[5], &rest), *next = sayings, line[64];
    struct client *clients = calloc(many, sizeof *clients);
    pthread_t thread;
    pthread_attr_t attributes;
    pthread_attr_init(&attributes);
    pthread_attr_setstacksize(&attributes, 1 << 18);
    latencies = malloc(MOST * sizeof *latencies);
    for (int i = 0; i < many; i++) {
        struct client *c = clients + i;
        uint32_t length;
        c->fd = reach(port, i >= many - silent);
        shake_hands(c->fd, request, size);
        if (next == sayings + rest) next = sayings;
        memcpy(&length, next, 4);
        send_all(c->fd, next + 4, length);
        next += 4 + length;
        if (i < many - silent && pthread_create(&thread, &attributes, read_on, c)) die("thread");
    }
    puts("ready");
    fflush(stdout);
    while (fgets(line, sizeof line, stdin)) {
        pthread_mutex_lock(&counting);
        report();
        pthread_mutex_unlock(&counting);
    }
}
