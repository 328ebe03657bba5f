/* A push gateway for benchmarks: as little work a request as HTTP/2 allows.
 *
 * One thread, epoll, TLS by OpenSSL, HTTP/2 by nghttp2; HTTP/1.1 for clients that speak
 * no other. It answers what the providers answer when they accept: FCM's JSON, APNs'
 * empty 200 with the id that came, a push service's 201, and an access token for POST
 * /token. A path with "dead-" in it is answered with 410.
 *
 *   gateway CERTIFICATE KEY PORT STREAMS DELAY_MS
 *
 * prints "ready" when it listens, and on SIGUSR1 a line of JSON: requests, those of
 * them that were pushes, when (Unix time) the first push since the last such line came,
 * connections and its own CPU seconds. It ends with SIGTERM.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <nghttp2/nghttp2.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

#define OUT_SIZE 65536
#define EVENTS 64
#define HEAD_SIZE 65536
#define ID_SIZE 40

enum kind { FCM, APNS, WEBPUSH, TOKEN };
enum speech { UNHEARD, TWO, ONE };

struct answer {
    const char *status;
    const char *body;
    size_t length;
};

struct connection {
    int fd;
    int shaken;
    enum speech speech;
    int wants_write;
    SSL *ssl;
    nghttp2_session *session;
    unsigned char out[OUT_SIZE];
    size_t filled, written;
    char *text; /* of HTTP/1.1: what came and is not a whole request yet */
    size_t held;
    int gone;
    struct connection *next;
};

/* A stream: what it is to be answered. Lives until nghttp2 closes it. */
struct stream {
    enum kind kind;
    int dead;
    int32_t id;
    size_t given;
    char sent_id[ID_SIZE];
    double due;
    struct connection *connection;
    struct stream *next;
};

static const char FCM_BODY[] =
    "{\n  \"name\": \"projects/demo/messages/0:1500415314455276%31bd1c9631bd1c96\"\n}\n";
static char token_body[512];
static unsigned long long requests, pushes, connections;
static double first_push;
static int epoll, delay_ms, timer;
static unsigned max_streams;
static struct connection *graveyard;
static struct stream *waiting_first, *waiting_last;

static double now(void)
{
    struct timespec at;
    clock_gettime(CLOCK_MONOTONIC, &at);
    return at.tv_sec * 1e3 + at.tv_nsec / 1e6;
}

static void fail(const char *what)
{
    perror(what);
    exit(1);
}

static struct answer answer_of(const struct stream *stream)
{
    struct answer made = {"200", "", 0};
    if (stream->dead) {
        made.status = "410";
        made.body = "{\"reason\":\"Unregistered\",\"timestamp\":1}";
        made.length = strlen(made.body);
    } else if (stream->kind == FCM) {
        made.body = FCM_BODY;
        made.length = sizeof FCM_BODY - 1;
    } else if (stream->kind == TOKEN) {
        made.body = token_body;
        made.length = strlen(token_body);
    } else if (stream->kind == WEBPUSH) {
        made.status = "201";
    }
    return made;
}

static ssize_t read_body(nghttp2_session *session, int32_t id, uint8_t *buffer,
                         size_t size, uint32_t *flags, nghttp2_data_source *source,
                         void *user)
{
    struct stream *stream = source->ptr;
    struct answer made = answer_of(stream);
    size_t part = made.length - stream->given;
    (void)session, (void)id, (void)user;
    if (part > size)
        part = size;
    memcpy(buffer, made.body + stream->given, part);
    stream->given += part;
    if (stream->given == made.length)
        *flags |= NGHTTP2_DATA_FLAG_EOF;
    return (ssize_t)part;
}

/* HTTP/1.1 has one request at a time, so there is room for its answer. */
static void write_answer(struct stream *stream)
{
    struct connection *connection = stream->connection;
    struct answer made = answer_of(stream);
    connection->filled += (size_t)snprintf(
        (char *)connection->out + connection->filled, OUT_SIZE - connection->filled,
        "HTTP/1.1 %s Answered\r\ncontent-type: application/json; charset=UTF-8\r\n"
        "content-length: %zu\r\n\r\n%.*s",
        made.status, made.length, (int)made.length, made.body);
    free(stream);
}

static void submit(struct stream *stream)
{
    if (stream->connection->speech == ONE) {
        write_answer(stream);
        return;
    }
    struct answer made = answer_of(stream);
    size_t count = 1, id_length = strlen(stream->sent_id);
    nghttp2_nv headers[3] = {
        {(uint8_t *)":status", (uint8_t *)made.status, 7, 3, NGHTTP2_NV_FLAG_NONE}};
    nghttp2_nv type = {(uint8_t *)"content-type",
                       (uint8_t *)"application/json; charset=UTF-8", 12, 31,
                       NGHTTP2_NV_FLAG_NONE};
    nghttp2_nv id = {(uint8_t *)"apns-id", (uint8_t *)stream->sent_id, 7, id_length,
                     NGHTTP2_NV_FLAG_NO_INDEX};
    nghttp2_data_provider body = {.source.ptr = stream, .read_callback = read_body};
    if (made.length)
        headers[count++] = type;
    if (id_length)
        headers[count++] = id;
    nghttp2_submit_response(stream->connection->session, stream->id, headers, count,
                            made.length ? &body : NULL);
}

static int on_begin(nghttp2_session *session, const nghttp2_frame *frame, void *user)
{
    if (frame->hd.type == NGHTTP2_HEADERS) {
        struct stream *stream = calloc(1, sizeof *stream);
        stream->id = frame->hd.stream_id;
        stream->connection = user;
        nghttp2_session_set_stream_user_data(session, stream->id, stream);
    }
    return 0;
}

static void read_path(struct stream *stream, const char *path, size_t length)
{
    stream->dead = memmem(path, length, "dead-", 5) != NULL;
    if (length > 3 && !memcmp(path, "/v1", 3))
        stream->kind = FCM;
    else if (length > 3 && !memcmp(path, "/3/", 3))
        stream->kind = APNS;
    else if (length == 6 && !memcmp(path, "/token", 6))
        stream->kind = TOKEN;
    else
        stream->kind = WEBPUSH;
}

static int on_header(nghttp2_session *session, const nghttp2_frame *frame,
                     const uint8_t *name, size_t name_length, const uint8_t *value,
                     size_t length, uint8_t flags, void *user)
{
    (void)flags, (void)user;
    if (name_length == 5 && !memcmp(name, ":path", 5))
        read_path(nghttp2_session_get_stream_user_data(session, frame->hd.stream_id),
                  (const char *)value, length);
    else if (name_length == 7 && length < ID_SIZE && !memcmp(name, "apns-id", 7)) {
        struct stream *stream =
            nghttp2_session_get_stream_user_data(session, frame->hd.stream_id);
        memcpy(stream->sent_id, value, length);
    }
    return 0;
}

static void count(enum kind kind)
{
    struct timespec at;
    requests++;
    if (kind == TOKEN)
        return;
    pushes++;
    if (first_push)
        return;
    clock_gettime(CLOCK_REALTIME, &at);
    first_push = at.tv_sec + at.tv_nsec / 1e9;
}

/* Look every millisecond while answers wait, and not at all otherwise. */
static void tick(int on)
{
    struct itimerspec every = {{0, on ? 1000000 : 0}, {0, on ? 1000000 : 0}};
    timerfd_settime(timer, 0, &every, NULL);
}

/* Delayed answers leave in the order in which their requests came. */
static void put_off(struct stream *stream)
{
    stream->due = now() + delay_ms;
    if (waiting_last)
        waiting_last->next = stream;
    else {
        waiting_first = stream;
        tick(1);
    }
    waiting_last = stream;
}

static void answer(struct stream *stream)
{
    count(stream->kind);
    if (delay_ms)
        put_off(stream);
    else
        submit(stream);
}

static int on_frame(nghttp2_session *session, const nghttp2_frame *frame, void *user)
{
    (void)user;
    if (!(frame->hd.flags & NGHTTP2_FLAG_END_STREAM) ||
        (frame->hd.type != NGHTTP2_DATA && frame->hd.type != NGHTTP2_HEADERS))
        return 0;
    struct stream *stream =
        nghttp2_session_get_stream_user_data(session, frame->hd.stream_id);
    if (!stream)
        return 0;
    answer(stream);
    return 0;
}

static int on_close(nghttp2_session *session, int32_t id, uint32_t error, void *user)
{
    struct stream *stream = nghttp2_session_get_stream_user_data(session, id);
    (void)error, (void)user;
    if (stream && stream->due)
        stream->connection = NULL; /* still in the queue, which frees it */
    else
        free(stream);
    return 0;
}

static void watch(struct connection *connection, int writing)
{
    if (writing == connection->wants_write)
        return;
    struct epoll_event event = {.events = EPOLLIN | (writing ? EPOLLOUT : 0),
                                .data.ptr = connection};
    connection->wants_write = writing;
    epoll_ctl(epoll, EPOLL_CTL_MOD, connection->fd, &event);
}

static void drop(struct connection *connection)
{
    epoll_ctl(epoll, EPOLL_CTL_DEL, connection->fd, NULL);
    for (struct stream *each = waiting_first; each; each = each->next)
        if (each->connection == connection)
            each->connection = NULL;
    free(connection->text);
    if (connection->session)
        nghttp2_session_del(connection->session);
    SSL_free(connection->ssl);
    close(connection->fd);
    connection->gone = 1;
    connection->next = graveyard; /* an event of this round may still name it */
    graveyard = connection;
}

static void bury(void)
{
    while (graveyard) {
        struct connection *next = graveyard->next;
        free(graveyard);
        graveyard = next;
    }
}

/* Write what nghttp2 has ready; 0 when the connection is broken. */
static int flush(struct connection *connection)
{
    for (;;) {
        while (connection->session && connection->filled < OUT_SIZE - 16500) {
            const uint8_t *frames;
            ssize_t size = nghttp2_session_mem_send(connection->session, &frames);
            if (size < 0)
                return 0;
            if (size == 0)
                break;
            memcpy(connection->out + connection->filled, frames, (size_t)size);
            connection->filled += (size_t)size;
        }
        if (connection->filled == connection->written) {
            connection->filled = connection->written = 0;
            watch(connection, 0);
            return 1;
        }
        int sent = SSL_write(connection->ssl, connection->out + connection->written,
                             (int)(connection->filled - connection->written));
        if (sent <= 0) {
            int error = SSL_get_error(connection->ssl, sent);
            if (error != SSL_ERROR_WANT_WRITE && error != SSL_ERROR_WANT_READ)
                return 0;
            watch(connection, 1);
            return 1;
        }
        connection->written += (size_t)sent;
        if (connection->written == connection->filled)
            connection->filled = connection->written = 0;
    }
}

static void open_session(struct connection *connection,
                       nghttp2_session_callbacks *callbacks)
{
    nghttp2_settings_entry settings[] = {
        {NGHTTP2_SETTINGS_MAX_CONCURRENT_STREAMS, max_streams},
        {NGHTTP2_SETTINGS_INITIAL_WINDOW_SIZE, 1 << 20},
    };
    nghttp2_session_server_new(&connection->session, callbacks, connection);
    nghttp2_submit_settings(connection->session, NGHTTP2_FLAG_NONE, settings, 2);
    nghttp2_session_set_local_window_size(connection->session, NGHTTP2_FLAG_NONE, 0,
                                          1 << 26);
}

/* Some clients of HTTP/2 do not say so when TLS begins: their first bytes do. */
static void begin(struct connection *connection, nghttp2_session_callbacks *callbacks,
                  int is_two)
{
    connection->speech = is_two ? TWO : ONE;
    if (is_two)
        open_session(connection, callbacks);
    else
        connection->text = malloc(HEAD_SIZE + 1);
}

/* The length of the whole request that came, or 0 while parts of it are missing. */
static size_t whole(const struct connection *connection)
{
    char *end = memmem(connection->text, connection->held, "\r\n\r\n", 4);
    if (!end)
        return 0;
    *end = 0;
    const char *said = strcasestr(connection->text, "\r\ncontent-length:");
    *end = '\r';
    size_t length = (size_t)(end + 4 - connection->text);
    if (said)
        length += strtoul(said + 17, NULL, 10);
    return length <= connection->held ? length : 0;
}

/* Take the requests of HTTP/1.1 out of what came; 0 when one is too long. */
static int take_requests(struct connection *connection, const unsigned char *came,
                         size_t size)
{
    if (connection->held + size > HEAD_SIZE)
        return 0;
    memcpy(connection->text + connection->held, came, size);
    connection->held += size;
    size_t length;
    while ((length = whole(connection)) != 0) {
        struct stream *stream = calloc(1, sizeof *stream);
        const char *path = memchr(connection->text, ' ', length);
        path = path ? path + 1 : connection->text;
        stream->connection = connection;
        read_path(stream, path, strcspn(path, " \r"));
        answer(stream);
        connection->held -= length;
        memmove(connection->text, connection->text + length, connection->held);
    }
    return 1;
}

static int receive(struct connection *connection,
                   nghttp2_session_callbacks *callbacks)
{
    static unsigned char buffer[65536];
    for (;;) {
        int size = SSL_read(connection->ssl, buffer, sizeof buffer);
        if (size <= 0) {
            int error = SSL_get_error(connection->ssl, size);
            return error == SSL_ERROR_WANT_READ || error == SSL_ERROR_WANT_WRITE;
        }
        if (connection->speech == UNHEARD)
            begin(connection, callbacks, size >= 4 && !memcmp(buffer, "PRI ", 4));
        if (connection->speech == ONE
                ? !take_requests(connection, buffer, (size_t)size)
                : nghttp2_session_mem_recv(connection->session, buffer,
                                           (size_t)size) < 0)
            return 0;
    }
}

static int serve(struct connection *connection, nghttp2_session_callbacks *callbacks)
{
    if (!connection->shaken) {
        int done = SSL_accept(connection->ssl);
        if (done <= 0) {
            int error = SSL_get_error(connection->ssl, done);
            return error == SSL_ERROR_WANT_READ || error == SSL_ERROR_WANT_WRITE;
        }
        connection->shaken = 1;
    }
    return receive(connection, callbacks) && flush(connection);
}

static void answer_due(void)
{
    double at = now();
    while (waiting_first && waiting_first->due <= at) {
        struct stream *stream = waiting_first;
        struct connection *connection = stream->connection;
        waiting_first = stream->next;
        if (!waiting_first) {
            waiting_last = NULL;
            tick(0);
        }
        stream->due = 0;
        if (!connection) {
            free(stream);
            continue;
        }
        submit(stream);
        if (!waiting_first || waiting_first->connection != connection ||
            waiting_first->due > at)
            if (!flush(connection))
                drop(connection);
    }
}

static void take(int server, SSL_CTX *tls)
{
    int fd, on = 1;
    while ((fd = accept(server, NULL, NULL)) >= 0) {
        struct connection *connection = calloc(1, sizeof *connection);
        struct epoll_event event = {.events = EPOLLIN, .data.ptr = connection};
        fcntl(fd, F_SETFL, O_NONBLOCK);
        setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
        connection->fd = fd;
        connection->ssl = SSL_new(tls);
        SSL_set_fd(connection->ssl, fd);
        epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event);
        connections++;
    }
}

static int choose(SSL *ssl, const unsigned char **out, unsigned char *out_length,
                  const unsigned char *in, unsigned in_length, void *unused)
{
    (void)ssl, (void)unused;
    if (SSL_select_next_proto((unsigned char **)out, out_length,
                              (const unsigned char *)"\x02h2\x08http/1.1", 12, in,
                              in_length) != OPENSSL_NPN_NEGOTIATED)
        return SSL_TLSEXT_ERR_ALERT_FATAL;
    return SSL_TLSEXT_ERR_OK;
}

static SSL_CTX *open_tls(const char *certificate, const char *key)
{
    SSL_CTX *tls = SSL_CTX_new(TLS_server_method());
    if (SSL_CTX_use_certificate_chain_file(tls, certificate) != 1 ||
        SSL_CTX_use_PrivateKey_file(tls, key, SSL_FILETYPE_PEM) != 1) {
        ERR_print_errors_fp(stderr);
        exit(1);
    }
    SSL_CTX_set_alpn_select_cb(tls, choose, NULL);
    SSL_CTX_set_mode(tls, SSL_MODE_ENABLE_PARTIAL_WRITE |
                              SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
    return tls;
}

static int listen_on(int port)
{
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0), on = 1;
    struct sockaddr_in place = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port),
                                .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (bind(fd, (struct sockaddr *)&place, sizeof place) || listen(fd, 1024))
        fail("listen");
    return fd;
}

static void tell(void)
{
    struct rusage used;
    getrusage(RUSAGE_SELF, &used);
    printf("{\"requests\": %llu, \"pushes\": %llu, \"first\": %.6f, "
           "\"connections\": %llu, \"cpu\": %.6f}\n",
           requests, pushes, first_push, connections,
           (double)(used.ru_utime.tv_sec + used.ru_stime.tv_sec) +
               (double)(used.ru_utime.tv_usec + used.ru_stime.tv_usec) / 1e6);
    fflush(stdout);
    first_push = 0;
}

static int open_signals(void)
{
    sigset_t wanted;
    sigemptyset(&wanted);
    sigaddset(&wanted, SIGUSR1);
    sigaddset(&wanted, SIGTERM);
    sigprocmask(SIG_BLOCK, &wanted, NULL);
    signal(SIGPIPE, SIG_IGN);
    return signalfd(-1, &wanted, SFD_NONBLOCK);
}

static void listen_to(int fd, void *mark)
{
    struct epoll_event event = {.events = EPOLLIN, .data.ptr = mark};
    epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event);
}

static int heard_end(int signals)
{
    struct signalfd_siginfo heard;
    while (read(signals, &heard, sizeof heard) == sizeof heard) {
        if (heard.ssi_signo == SIGTERM)
            return 1;
        tell();
    }
    return 0;
}

static nghttp2_session_callbacks *open_callbacks(void)
{
    nghttp2_session_callbacks *made;
    nghttp2_session_callbacks_new(&made);
    nghttp2_session_callbacks_set_on_begin_headers_callback(made, on_begin);
    nghttp2_session_callbacks_set_on_header_callback(made, on_header);
    nghttp2_session_callbacks_set_on_frame_recv_callback(made, on_frame);
    nghttp2_session_callbacks_set_on_stream_close_callback(made, on_close);
    return made;
}

int main(int count, char **words)
{
    static int server_mark, signal_mark, timer_mark;
    struct epoll_event events[EVENTS];
    if (count != 6) {
        fprintf(stderr, "usage: gateway CERTIFICATE KEY PORT STREAMS DELAY_MS\n");
        return 2;
    }
    max_streams = (unsigned)atoi(words[4]);
    delay_ms = atoi(words[5]);
    char access[201];
    memset(access, 'a', 200);
    access[200] = 0;
    snprintf(token_body, sizeof token_body,
             "{\"access_token\": \"%s\", \"expires_in\": 3600, "
             "\"token_type\": \"Bearer\"}", access);
    nghttp2_session_callbacks *callbacks = open_callbacks();
    SSL_CTX *tls = open_tls(words[1], words[2]);
    int server = listen_on(atoi(words[3])), signals = open_signals();
    epoll = epoll_create1(0);
    timer = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK);
    listen_to(server, &server_mark);
    listen_to(signals, &signal_mark);
    listen_to(timer, &timer_mark);
    puts("ready");
    fflush(stdout);
    for (;;) {
        int ready = epoll_wait(epoll, events, EVENTS, -1);
        if (ready < 0 && errno != EINTR)
            fail("epoll_wait");
        for (int i = 0; i < ready; i++) {
            void *mark = events[i].data.ptr;
            unsigned long long ticks;
            if (mark == &server_mark)
                take(server, tls);
            else if (mark == &signal_mark) {
                if (heard_end(signals))
                    return 0;
            } else if (mark == &timer_mark) {
                if (read(timer, &ticks, sizeof ticks) > 0)
                    answer_due();
            } else if (!((struct connection *)mark)->gone && !serve(mark, callbacks))
                drop(mark);
        }
        bury();
    }
}
