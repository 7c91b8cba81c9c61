#!/usr/bin/python3
# SPDX-License-Identifier: ISC
#
# vectors.py - make sigv4_vectors.h: requests signed by botocore.
#
# usage: vectors.py >sigv4_vectors.h     (needs Debian's python3-botocore)
import datetime
import hashlib
import random
import botocore
from botocore import auth, awsrequest, credentials

KEY, SECRET = 'DOORWARDAKIDABCDEFGH', 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY'


class Clock(datetime.datetime):
    at = None

    @classmethod
    def utcnow(cls):
        return cls.at


class Stopped:
    timedelta = datetime.timedelta
    datetime = Clock


class QueryAuth(auth.SigV4QueryAuth):
    """botocore would move the body into the query; services sign it."""
    body = b''

    def payload(self, request):
        return hashlib.sha256(self.body).hexdigest()


def c(s):
    out = ''
    for b in s if isinstance(s, bytes) else s.encode():
        out += chr(b) if 32 <= b < 127 and b not in b'"\\?' else '\\%03o' % b
    return 'STR_INIT("%s")' % out


def sign(query, service, method, url, headers, body, at, token, region):
    Clock.at = at
    auth.datetime = Stopped
    creds = credentials.Credentials(KEY, SECRET, token)
    kind = QueryAuth if query else auth.SigV4Auth
    req = awsrequest.AWSRequest(method, url, headers, b'' if query else body)
    signer = kind(creds, service, region)
    signer.body = body
    signer.add_auth(req)
    prep = req.prepare()
    host = url.split('/')[2]
    fields = [('Host', host)] + [(k, v if isinstance(v, str) else v.decode())
                                 for k, v in prep.headers.items()
                                 if k != 'Content-Length']
    return method, prep.url[len('http://' + host):], fields, body, at, region


def vectors():
    rnd = random.Random(3667)
    host = 'http://127.0.0.1:3667/'
    t0 = datetime.datetime(2026, 2, 28, 23, 59, 59)
    base = {'Content-Type': 'application/x-amz-json-1.0',
            'X-Amz-Target': 'DynamoDB_20120810.GetItem'}
    for query in (False, True):
        for i in range(12):
            headers = dict(base)
            body = bytes(rnd.randrange(256) for _ in range(rnd.randrange(200)))
            at = t0 + datetime.timedelta(seconds=rnd.randrange(10 ** 8))
            region = rnd.choice(['us-east-1', 'localhost', 'eu-central-2'])
            url = rnd.choice([host, 'http://[::1]:8000/', 'http://localhost/'])
            token = rnd.choice([None, 'FwoGZXIvYXdzE+/=='])
            if i % 3 == 1:
                headers['X-Amz-Meta'] = '  two   blanks \t and a tab  '
            if i % 3 == 2:
                url += '?b=2&a=1&a-=0&a=%C3%A9&c&~_.-=%2F%20%2B'
            if i % 4 == 3:
                headers['X-Amz-Content-SHA256'] = \
                    hashlib.sha256(body).hexdigest()
            if i == 6 and not query:
                headers['Date'] = 'now'
            yield sign(query, 'dynamodb', 'POST', url, headers, body, at, token,
                       region)


print('/* SPDX-License-Identifier: ISC */')
print('/* Made by vectors.py with botocore %s. */' % botocore.__version__)
print('static const struct vector vectors[] = {')
for method, target, fields, body, at, region in vectors():
    now = int((at - datetime.datetime(1970, 1, 1)).total_seconds())
    print('\t{ %s,\n\t    %s,\n\t    %s,\n\t    %d, {' %
          (c(method), c(target), c(body), now))
    for k, v in fields:
        print('\t\t{ %s, %s },' % (c(k), c(v)))
    print('\t    }, %d, %s },' % (len(fields), c(region)))
print('};')
