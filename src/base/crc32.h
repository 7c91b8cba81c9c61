/* SPDX-License-Identifier: ISC */
/*
 * crc32 - the checksum of x-amz-crc32 and of fixed records: ISO-HDLC
 * (polynomial 0xedb88320, reflected, start and end inverted), as in gzip
 * (RFC 1952, 8).
 *
 * Layer: base.
 */
#ifndef BASE_CRC32_H
#define BASE_CRC32_H

#include "base/str.h"

/* crc is 0 for the first piece, the value so far for each further one. */
uint32_t crc32_add(uint32_t crc, const void *data, size_t n);

#endif
