#include <lmdb.h>
/* Which kind of file system holds the data; Swift's Glibc module lacks this header. */
#include <sys/statfs.h>
