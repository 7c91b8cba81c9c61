/* SPDX-License-Identifier: ISC */
/*
 * turn - whose turn it is: for faults that come by count.
 *
 * Layer: limit.
 */
#ifndef LIMIT_TURN_H
#define LIMIT_TURN_H

#include <stddef.h>
#include <stdint.h>

#define TURNS 16

/*
 * How many took the turn of place i before, over all processes, since its
 * key was another: a configuration that has changed counts from 0.
 */
uint64_t turn_take(size_t i, uint64_t key);

#endif
