/* SPDX-License-Identifier: ISC */
#error "a header of Linux, on another system"
