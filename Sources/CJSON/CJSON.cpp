#include "CJSON.h"

#include <simdjson.h>

#include <algorithm>
#include <memory>
#include <new>

// Why numbers need care here: simdjson refuses with one error code both what is no number (`01`)
// and what no machine word holds (`1e400`, thirty digits). JSON's grammar has no largest number, so
// on that error the copy of the text is rewritten: each well-formed number that is a decimal or
// too large becomes `0.0…` of the same length, and the copy is parsed again. A text that fails
// again is wrong; one that passes is right, and its numbers are read from the text as it came.
//
// Why depth needs care: simdjson does not count an empty container as a level. A text is first
// parsed one level short, where simdjson's answer is exact either way; only a text that fails so
// is measured.

namespace {

enum class Class { integer, decimal, malformed };

bool is_digit(uint8_t c) { return c >= '0' && c <= '9'; }

bool is_space(uint8_t c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

bool starts_number(uint8_t c) { return c == '-' || is_digit(c); }

bool continues_number(uint8_t c) {
  return is_digit(c) || c == '-' || c == '+' || c == '.' || c == 'e' || c == 'E';
}

const uint8_t *skip_digits(const uint8_t *at, const uint8_t *end) {
  while (at < end && is_digit(*at)) at++;
  return at;
}

// Past the string whose opening quote is at `at`, or to the end of an unclosed one.
const uint8_t *skip_string(const uint8_t *at, const uint8_t *end) {
  at++;
  while (at < end && *at != '"') at += *at == '\\' ? 2 : 1;
  return at < end ? at + 1 : end;
}

const uint8_t *skip_number(const uint8_t *at, const uint8_t *end) {
  while (at < end && continues_number(*at)) at++;
  return at;
}

// Calls `visit(from, to)` for every run outside strings that starts like a number.
template <typename Visit>
void each_number(const uint8_t *at, const uint8_t *end, Visit visit) {
  while (at < end) {
    if (*at == '"') {
      at = skip_string(at, end);
    } else if (starts_number(*at)) {
      const uint8_t *to = skip_number(at, end);
      visit(at, to);
      at = to;
    } else {
      at++;
    }
  }
}

// RFC 8259 section 6 for the whole run.
Class classify(const uint8_t *at, const uint8_t *end) {
  bool decimal = false;
  if (at < end && *at == '-') at++;
  const uint8_t *whole = at;
  at = skip_digits(at, end);
  if (at == whole || (*whole == '0' && at - whole > 1)) return Class::malformed;
  if (at < end && *at == '.') {
    decimal = true;
    const uint8_t *fraction = at + 1;
    at = skip_digits(fraction, end);
    if (at == fraction) return Class::malformed;
  }
  if (at < end && (*at == 'e' || *at == 'E')) {
    decimal = true;
    at++;
    if (at < end && (*at == '+' || *at == '-')) at++;
    const uint8_t *exponent = at;
    at = skip_digits(exponent, end);
    if (at == exponent) return Class::malformed;
  }
  if (at != end) return Class::malformed;
  return decimal ? Class::decimal : Class::integer;
}

// Whether a well-formed integer literal lies outside Int64 and UInt64 both.
bool overflows(const uint8_t *at, const uint8_t *end) {
  const bool negative = *at == '-';
  const uint64_t limit = negative ? uint64_t(1) << 63 : UINT64_MAX;
  uint64_t value = 0;
  for (at += negative; at < end; at++) {
    const uint64_t digit = *at - '0';
    if (value > (limit - digit) / 10) return true;
    value = value * 10 + digit;
  }
  return false;
}

// Every decimal and every such integer has at least three characters, so `0.0` always fits.
void replace_unholdable(uint8_t *text, size_t length) {
  each_number(text, text + length, [&](const uint8_t *from, const uint8_t *to) {
    const Class kind = classify(from, to);
    if (kind == Class::malformed) return;
    if (kind == Class::integer && !overflows(from, to)) return;
    uint8_t *place = text + (from - text);
    std::fill(place, place + (to - from), uint8_t('0'));
    place[1] = '.';
  });
}

// The deepest nesting reached. What it says of malformed text does not matter.
size_t measure_depth(const uint8_t *at, const uint8_t *end) {
  size_t depth = 0, deepest = 0;
  while (at < end) {
    if (*at == '"') {
      at = skip_string(at, end);
      continue;
    }
    if (*at == '[' || *at == '{') deepest = std::max(deepest, ++depth);
    if ((*at == ']' || *at == '}') && depth > 0) depth--;
    at++;
  }
  return deepest;
}

// What a well-formed text has around a number: structure, white space, or its own ends.
bool may_precede_number(uint8_t c) { return c == ':' || c == ',' || c == '[' || is_space(c); }

bool may_follow_number(uint8_t c) { return c == ',' || c == ']' || c == '}' || is_space(c); }

// A `-0` that stands where a number may: `page-0` and dates do not. It may still be in a string.
bool has_minus_zero_candidate(const uint8_t *text, size_t length) {
  const uint8_t *end = text + length;
  const uint8_t *at = text;
  while (at < end && (at = static_cast<const uint8_t *>(memchr(at, '-', end - at)))) {
    const bool begins = at == text || may_precede_number(at[-1]);
    if (begins && end - at >= 2 && at[1] == '0' && (end - at == 2 || may_follow_number(at[2]))) {
      return true;
    }
    at++;
  }
  return false;
}

cjson_status status_of(simdjson::error_code error) {
  switch (error) {
  case simdjson::SUCCESS: return CJSON_OK;
  case simdjson::EMPTY: return CJSON_EMPTY;
  case simdjson::CAPACITY: return CJSON_TOO_LARGE;
  case simdjson::DEPTH_ERROR: return CJSON_TOO_DEEP;
  case simdjson::UTF8_ERROR: return CJSON_UTF8;
  case simdjson::NUMBER_ERROR: return CJSON_NUMBER;
  case simdjson::MEMALLOC: return CJSON_OUT_OF_MEMORY;
  case simdjson::STRING_ERROR:
  case simdjson::UNESCAPED_CHARS:
  case simdjson::UNCLOSED_STRING: return CJSON_STRING;
  case simdjson::T_ATOM_ERROR:
  case simdjson::F_ATOM_ERROR:
  case simdjson::N_ATOM_ERROR: return CJSON_LITERAL;
  default: return CJSON_STRUCTURE;
  }
}

}  // namespace

struct cjson_parser {
  cjson_document document{};
  simdjson::dom::parser simd;
  size_t length_max;
  size_t depth_max;
  size_t room = 0;
  std::unique_ptr<uint8_t[]> copy;
  // The text as it came, kept only while `copy` holds rewritten numbers.
  std::unique_ptr<uint8_t[]> original;

  cjson_parser(size_t length, size_t depth)
      : simd(length), length_max(length), depth_max(depth) {}

  cjson_status reserve(size_t length);
  cjson_status run(size_t length, size_t depth);
  cjson_status parse(const void *text, size_t length);
};

// Doubling, so that slowly growing texts do not allocate every time.
cjson_status cjson_parser::reserve(size_t length) {
  if (length <= room) return CJSON_OK;
  const size_t wanted = std::min(length_max, std::max(length, std::max<size_t>(4096, room * 2)));
  copy.reset(new (std::nothrow) uint8_t[wanted + simdjson::SIMDJSON_PADDING]());
  room = copy ? wanted : 0;
  if (!copy || simd.allocate(wanted, depth_max) || simd.doc.allocate(wanted)) {
    room = 0;
    return CJSON_OUT_OF_MEMORY;
  }
  return CJSON_OK;
}

// simdjson counts the root as a level and an empty container as none: asked for `depth`, it takes
// what nests that deep and is empty at the bottom, not what has content there, and nothing deeper.
cjson_status cjson_parser::run(size_t length, size_t depth) {
  if (simd.allocate(room, depth)) return CJSON_OUT_OF_MEMORY;
  return status_of(simd.parse(copy.get(), length, false).error());
}

cjson_status cjson_parser::parse(const void *text, size_t length) {
  original.reset();
  document = cjson_document{};
  if (length > length_max) return CJSON_TOO_LARGE;
  if (length == 0) return CJSON_EMPTY;
  if (cjson_status failed = reserve(length)) return failed;
  memcpy(copy.get(), text, length);

  size_t depth = depth_max;
  cjson_status status = run(length, depth);
  while (status == CJSON_TOO_DEEP || status == CJSON_NUMBER) {
    if (status == CJSON_TOO_DEEP) {
      if (depth > depth_max || measure_depth(copy.get(), copy.get() + length) > depth_max) break;
      depth = depth_max + 1;
    } else {
      if (original) break;
      original.reset(new (std::nothrow) uint8_t[length]);
      if (!original) return CJSON_OUT_OF_MEMORY;
      memcpy(original.get(), text, length);
      replace_unholdable(copy.get(), length);
    }
    status = run(length, depth);
  }
  if (status != CJSON_OK) return status;

  document.tape = simd.doc.tape.get();
  document.strings = simd.doc.string_buf.get();
  document.source = original ? original.get() : copy.get();
  document.source_length = length;
  return CJSON_OK;
}

extern "C" {

cjson_parser *cjson_parser_create(size_t length_max, size_t depth_max) {
  return new (std::nothrow) cjson_parser(length_max, depth_max);
}

void cjson_parser_destroy(cjson_parser *parser) { delete parser; }

cjson_document *cjson_parser_document(cjson_parser *parser) { return &parser->document; }

cjson_status cjson_parse(cjson_parser *parser, const void *text, size_t length) {
  return parser->parse(text, length);
}

// Numbers stand in the same order on the tape and in the text; the two are walked side by side.
void cjson_locate_numbers(cjson_document *document) {
  if (document->numbers_located) return;
  document->numbers_located = true;
  uint64_t *tape = const_cast<uint64_t *>(document->tape);
  const uint64_t end = tape[0] & UINT32_MAX;
  const uint8_t *source = document->source;
  uint64_t index = 1;
  each_number(source, source + document->source_length, [&](const uint8_t *from, const uint8_t *) {
    while (index < end) {
      const uint8_t type = uint8_t(tape[index] >> 56);
      if (type == 'l' || type == 'u' || type == 'd') break;
      index++;
    }
    if (index >= end) return;
    tape[index] = (tape[index] & (uint64_t(0xFF) << 56)) | uint64_t(from - source);
    index += 2;
  });
}

bool cjson_is_minus_zero(cjson_document *document, const uint64_t *element) {
  if (document->minus_zero == CJSON_MINUS_ZERO_UNKNOWN) {
    document->minus_zero = has_minus_zero_candidate(document->source, document->source_length)
                               ? CJSON_MINUS_ZERO_POSSIBLE
                               : CJSON_MINUS_ZERO_ABSENT;
  }
  if (document->minus_zero == CJSON_MINUS_ZERO_ABSENT) return false;
  cjson_locate_numbers(document);
  return document->source[*element & ((uint64_t(1) << 56) - 1)] == '-';
}

size_t cjson_number_length(const cjson_document *document, size_t offset) {
  const uint8_t *from = document->source + offset;
  return size_t(skip_number(from, document->source + document->source_length) - from);
}

}  // extern "C"
