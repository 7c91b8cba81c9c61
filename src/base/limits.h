/* SPDX-License-Identifier: ISC */
/*
 * limits - every number that a peer can reach.
 *
 * Each is tested at the limit and one past it.  Bytes and milliseconds
 * unless said.  The DynamoDB ones are the service's own.
 *
 * Layer: base.
 */
#ifndef BASE_LIMITS_H
#define BASE_LIMITS_H

#include "base/cdefs.h"

/* The head of a request, RFC 9112 */
#define LIMIT_HEAD	KIB(16) /* request line and fields, with the last CRLF */
#define LIMIT_TARGET	KIB(8)	/* request target */
#define LIMIT_FIELDS	64	/* header fields */
#define LIMIT_HEAD_MS	10000	/* first byte to last of a head */
#define LIMIT_REQUEST_MS 30000	/* first byte of the head to last of the body */
#define LIMIT_SEND_MS	30000	/* for an answer to be taken by the peer */
#define LIMIT_IDLE_MS	75000	/* between requests */
#define LIMIT_AWAKE_NS	100000	/* of these, not asleep, where that pays */
#define LIMIT_AWAKE_LATE 8	/* at most 255 waits are then slept through */
#define LIMIT_CHUNK_LINE 256	/* a chunk's size line, extensions included */
#define LIMIT_TRAILER	KIB(4)	/* all trailer fields */

/* Bodies */
#define LIMIT_BODY	  MIB(16)  /* BatchWriteItem: the API's 16 MB */
#define LIMIT_BODY_ITEM	  MIB(4)   /* one item, escapes and base64 included */
#define LIMIT_BODY_SMALL  KIB(256) /* no item in it */
#define LIMIT_ANSWER	  MIB(24)  /* what an operation may write */
#define LIMIT_ERROR_MEMBERS MIB(8) /* of an error's body: items, in full */
#define LIMIT_JSON_DEPTH  96	   /* 32 levels of value are two each */
#define LIMIT_ARENA	  MIB(32)  /* memory of one request beside its buffers */

/* A refusal before the body: how much of it is read and thrown away */
#define LIMIT_DRAIN	MIB(8)
#define LIMIT_DRAIN_MS	500

#define LIMIT_FAULT_MS	60000 /* a delay that is asked for */

/* Processes */
#define LIMIT_CONNECTIONS  512	 /* served at once through the listener */
#define LIMIT_REFUSED	   256	 /* told 503 and not yet closed */
#define LIMIT_FORKS	   4096	 /* rooms of one template */
#define LIMIT_SPARE_READERS 16	 /* rooms that wait ready */
#define LIMIT_SPARE_WRITERS 8
#define LIMIT_FILES	   1024	 /* descriptors; also those in passing, see conn/pass.c */
#define LIMIT_READ_MS	   1000	 /* wait of a reader for a WAL index in flux */
#define LIMIT_LOCK_MS	   10000 /* wait for the writers' lock */

/* Rates of the configuration */
#define LIMIT_RATE	   1000000 /* the number, and a burst */
#define LIMIT_BACK_OFF	   4	   /* bursts that a refused peer waits at most */
#define LIMIT_INCIDENT_MINUTES 1440

/* MCP */
#define LIMIT_RPC_ID	   1024	   /* a request's id */
#define LIMIT_RPC_BATCH	   64	   /* messages of one batch (2025-03-26) */
#define LIMIT_MCP_ENVELOPE KIB(64) /* of a body, beside the tool's arguments */
#define LIMIT_MCP_RESULT   KIB(64) /* of items in one page for a model */
#define LIMIT_MCP_ITEMS	   1000	   /* of one page, asked for by a model */
#define LIMIT_MCP_ATTRIBUTES 64	   /* that a model asks for by name */
#define LIMIT_MCP_TOOLS	   96	   /* of one page of tools/list */
#define LIMIT_MCP_COMPLETIONS 100  /* values of one completion */
#define LIMIT_MCP_INDEXES  20	   /* of a table that a model makes */
#define LIMIT_SUBSCRIPTIONS 64	   /* that listen at once, over all processes */
#define LIMIT_MCP_SUBSCRIBED 100   /* resources of one of them */
#define LIMIT_MCP_NAME	   64	   /* of a tool's name */
#define LIMIT_MCP_DELETES  10	   /* in one call, without asking a human */
#define LIMIT_MCP_CONSENT_S 600	   /* in which a human answers */
#define LIMIT_MCP_TASK_S   86400	   /* in which a task can be asked for */
#define LIMIT_MCP_TASK_POLL_MS 500 /* how often a client is told to ask */
#define LIMIT_MCP_PROGRESS_MS 20000 /* for which a call waits for its work */
#define LIMIT_MCP_CLIENT   128	   /* of a client's name, for the log */

/* Data models */
#define LIMIT_MODELS	   16	    /* of a configuration */
#define LIMIT_MODEL_FILE   KIB(256)
#define LIMIT_MODEL_DEPTH  8	    /* maps and lists in each other */
#define LIMIT_MODEL_ENTITIES 100
#define LIMIT_MODEL_ATTRIBUTES 400  /* of one entity, those in maps among them */
#define LIMIT_MODEL_NAME   255	    /* bytes of an entity's or attribute's name */
#define LIMIT_MODEL_TEXT   1024	    /* bytes of a description or pattern */
#define LIMIT_MODEL_TEMPLATE 512    /* bytes */
#define LIMIT_MODEL_PIECES 32	    /* of a template */
#define LIMIT_MODEL_WIDTH  64	    /* to which a template fills up */
#define LIMIT_MODEL_VALUES 256	    /* of an enum */
#define LIMIT_MODEL_FAULTS 8	    /* of an item, told at once */

/* DynamoDB: items and keys */
#define LIMIT_ITEM	   409600
#define LIMIT_KEY_HASH	   2048
#define LIMIT_KEY_RANGE	   1024
#define LIMIT_NESTING	   32
#define LIMIT_ATTRIBUTE	   65535  /* of an attribute's name */
#define LIMIT_NUMBER_DIGITS 38
#define LIMIT_COLLECTION   GIB(10) /* items of one partition key, in a table
				    * that has local indexes, with these */
#define LIMIT_PAGE	   MIB(1) /* items read for one page */
#define LIMIT_BATCH_WRITE  25	  /* requests */
#define LIMIT_BATCH_GET	   100	  /* keys */
#define LIMIT_BATCH_BYTES  MIB(16) /* of items that a BatchGetItem gives */
#define LIMIT_BATCH_STATEMENTS 25
#define LIMIT_TRANSACT	   100	  /* actions */
#define LIMIT_TRANSACT_BYTES MIB(4) /* of their items */
#define LIMIT_CLIENT_TOKEN 36	  /* characters of a ClientRequestToken */
#define LIMIT_ONCE_MS	   600000 /* that it is known */
#define LIMIT_TABLE_NAME   255	  /* characters; at least 3 */
#define LIMIT_ASIDE	   GIB(1)  /* of tables that were set aside */
#define LIMIT_ASIDE_S	   604800  /* 7 days that they are kept */
#define LIMIT_IMAGES_S	   86400   /* a stream's 24 hours */
#define LIMIT_RESTORE_DAYS 35	   /* of point-in-time recovery */
#define LIMIT_TRANSFER_S   7776000 /* 90 days that an ended export is listed */
#define LIMIT_LIST_TABLES  100
#define LIMIT_GLOBAL_INDEXES 20	  /* of one table */
#define LIMIT_LOCAL_INDEXES 5
#define LIMIT_VECTOR_INDEXES 20
#define LIMIT_INCLUDED	   100	  /* attributes, in all of a table's indexes */
#define LIMIT_ARN	   1283	  /* of what has tags or a policy */
#define LIMIT_TAGS	   50	  /* of one table */
#define LIMIT_TAG_KEY	   128	  /* characters */
#define LIMIT_TAG_VALUE	   256
#define LIMIT_POLICY	   20480  /* bytes of a resource policy */
#define LIMIT_REPLICAS	   50	  /* of a global table */
#define LIMIT_STREAMS	   100	  /* of one page of ListStreams */
#define LIMIT_RECORDS	   1000	  /* of one page of a stream */

#endif
