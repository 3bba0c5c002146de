#ifndef CJSON_H
#define CJSON_H

// The system's simdjson behind a small C face: it parses a whole text at once and hands out the
// finished tape, so that Swift walks a document by pointer and pays no call per element.
//
// The tape is simdjson's own (doc/tape.md there): one 64-bit word an element, its type in the top
// eight bits and a payload below.
//   '{' '['     index after the closing word (low 32 bits), count of elements (24 bits, saturated)
//   '"'         offset into `strings`: a 32-bit length, that many bytes of UTF-8, a NUL
//   'l' 'u' 'd' an integer literal within Int64, one above it within UInt64, any other number;
//               the next word is the value (of 'd': nothing to rely on, read the text instead)
//   't' 'f' 'n' the three words
//
// Two things are added. Every number of JSON's grammar is accepted, whatever its size: what
// simdjson cannot hold becomes a 'd'. And a number's own characters can be asked for afterwards.

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef enum cjson_status {
  CJSON_OK = 0,
  CJSON_EMPTY,
  CJSON_TOO_LARGE,
  CJSON_TOO_DEEP,
  CJSON_STRUCTURE,
  CJSON_STRING,
  CJSON_NUMBER,
  CJSON_LITERAL,
  CJSON_UTF8,
  CJSON_OUT_OF_MEMORY,
} cjson_status;

typedef enum cjson_minus_zero {
  CJSON_MINUS_ZERO_UNKNOWN = 0,
  CJSON_MINUS_ZERO_ABSENT,
  CJSON_MINUS_ZERO_POSSIBLE,
} cjson_minus_zero;

// A parsed text. It belongs to its parser, and the next parse overwrites it.
typedef struct cjson_document {
  const uint64_t *tape;
  const uint8_t *strings;
  const uint8_t *source;
  size_t source_length;
  // Whether the text may hold the integer literal `-0`, once somebody has asked.
  cjson_minus_zero minus_zero;
  // Whether the payload of every number on the tape has become its offset in `source`.
  bool numbers_located;
} cjson_document;

typedef struct cjson_parser cjson_parser;

// NULL when there is no memory. Memory follows the longest text seen, and never exceeds what
// `length_max` bytes need. `depth_max` counts nested arrays and objects, empty ones as well.
cjson_parser *cjson_parser_create(size_t length_max, size_t depth_max);
void cjson_parser_destroy(cjson_parser *parser);

// The document the parser fills, at one address for the parser's whole life.
cjson_document *cjson_parser_document(cjson_parser *parser);

// Copies the text, which therefore needs no padding, and parses it.
cjson_status cjson_parse(cjson_parser *parser, const void *text, size_t length);

// Writes into each number's payload where in `source` it stands. One pass, then nothing.
void cjson_locate_numbers(cjson_document *document);

// Whether this 'l' with the value zero was written `-0`. The first question scans the text for a
// candidate; only a text that has one is walked.
bool cjson_is_minus_zero(cjson_document *document, const uint64_t *element);

// How many characters the number at `text` has; a number ends where its alphabet does.
size_t cjson_number_length(const cjson_document *document, size_t offset);

static inline bool cjson_equal(const void *left, const void *right, size_t length) {
  return memcmp(left, right, length) == 0;
}

// First newline among `length` bytes, or NULL.
static inline const void *cjson_find_newline(const void *bytes, size_t length) {
  return memchr(bytes, '\n', length);
}

// First NUL among `length` bytes, or NULL.
static inline const void *cjson_find_nul(const void *bytes, size_t length) {
  return memchr(bytes, 0, length);
}

#ifdef __cplusplus
}
#endif

#endif
