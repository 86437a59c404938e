// Tells the thread sanitizer what a contended `Mutex` of Swift's Synchronization orders. The fast path is compiled into the program and
// instrumented there; these two lie in the toolchain's library, which is not, so that the sanitizer would report all that a mutex guards as
// soon as two threads meet at it. Preloaded: cc -shared -fPIC -O1 mutex.c -o mutex.so.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stddef.h>
#include <stdint.h>

extern void __tsan_acquire(void *address) __attribute__((weak));
extern void __tsan_release(void *address) __attribute__((weak));

#define LOCK "$s15Synchronization12_MutexHandleV9_lockSlowyys6UInt32VF"
#define UNLOCK "$s15Synchronization12_MutexHandleV11_unlockSlowyyF"
#define SELF __attribute__((swift_context)) void *

typedef __attribute__((swiftcall)) void (*lock_function)(uint32_t, SELF);
typedef __attribute__((swiftcall)) void (*unlock_function)(SELF);

__attribute__((swiftcall)) void lock_slow(uint32_t state, SELF handle) __asm__(LOCK);
__attribute__((swiftcall)) void lock_slow(uint32_t state, SELF handle) {
    static lock_function next;
    if (next == NULL) next = (lock_function)dlsym(RTLD_NEXT, LOCK);
    next(state, handle);
    if (__tsan_acquire) __tsan_acquire(handle);
}

__attribute__((swiftcall)) void unlock_slow(SELF handle) __asm__(UNLOCK);
__attribute__((swiftcall)) void unlock_slow(SELF handle) {
    static unlock_function next;
    if (next == NULL) next = (unlock_function)dlsym(RTLD_NEXT, UNLOCK);
    if (__tsan_release) __tsan_release(handle);
    next(handle);
}
