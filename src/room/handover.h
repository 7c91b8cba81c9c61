/* SPDX-License-Identifier: ISC */
/*
 * handover - the bytes of a connection, from one of its rooms to the other.
 *
 * Layer: room.
 */
#ifndef ROOM_HANDOVER_H
#define ROOM_HANDOVER_H

#include "base/buf.h"

/* Give the connection away with the bytes read so far. */
enum err handover_send(int channel, struct str bytes) NODISCARD;

/* Wait until it is given to us.  in is emptied first.  ERR_GONE. */
enum err handover_recv(int channel, struct buf *in) NONNULL NODISCARD;

#endif
