# SPDX-License-Identifier: ISC
"""transfers-csv.py ENDPOINT IMPORTS - files of Python's csv are imported.

Speaks TAP.  Credentials come from the environment.
"""
import csv
import io
import itertools
import os
import sys
import time

import boto3

ENDPOINT, IMPORTS = sys.argv[1:]
client = boto3.client('dynamodb', endpoint_url=ENDPOINT)
DELIMITERS = ',;:|\t '
TEXTS = ['', ' ', 'plain', 'say "hi"', '"', '""', 'two\nlines', 'two\r\nlines',
         'a\rb', ',;:|\t ', ' a ', '\u00e9\u6f22\U0001f600', "it's", '\\n', '0']
NAMES = ['k', 'n', 'a b', 'say "x"', 'line\nbreak', ',;:|\t', '\u00e9']
# In a request they are printable ASCII, without quotes and commas.
GIVEN = ['k', 'n', 'a b', "say 'x'", 'line break', ';:|', '~']
ROWS = [['key%d' % i, str(i) + '.5'] + [TEXTS[(i + j) % len(TEXTS)]
                                        for j in range(len(NAMES) - 2)]
        for i in range(40)]


def imported(number, data, options):
    """The table that the file becomes, and what is said of it."""
    name = 'csv-%d' % number
    os.makedirs(os.path.join(IMPORTS, 'csv', name), mode=0o700)
    with open(os.path.join(IMPORTS, 'csv', name, 'file.csv'), 'wb') as f:
        f.write(data)
    arn = client.import_table(
        S3BucketSource={'S3Bucket': 'csv', 'S3KeyPrefix': name + '/'},
        InputFormat='CSV', InputFormatOptions={'Csv': options},
        TableCreationParameters={
            'TableName': name,
            'AttributeDefinitions': [
                {'AttributeName': 'k', 'AttributeType': 'S'},
                {'AttributeName': 'n', 'AttributeType': 'N'}],
            'KeySchema': [{'AttributeName': 'k', 'KeyType': 'HASH'},
                          {'AttributeName': 'n', 'KeyType': 'RANGE'}],
            'BillingMode': 'PAY_PER_REQUEST',
        })['ImportTableDescription']['ImportArn']
    while True:
        d = client.describe_import(ImportArn=arn)['ImportTableDescription']
        if d['ImportStatus'] != 'IN_PROGRESS':
            break
        time.sleep(0.02)
    pages = client.get_paginator('scan').paginate(TableName=name)
    return d, [i for p in pages for i in p['Items']]


def wanted(names):
    return [{name: {'N' if name == 'n' else 'S': v}
             for name, v in zip(names, row)} for row in ROWS]


def by_key(items):
    return sorted(items, key=lambda i: i['k']['S'])


def main():
    bad = 0
    ways = list(itertools.product(
        DELIMITERS, ['\n', '\r\n'], [csv.QUOTE_MINIMAL, csv.QUOTE_ALL],
        [('utf-8', True), ('utf-8-sig', True), ('utf-8-sig', False)]))
    for n, (delimiter, end, quoting, (coding, headed)) in enumerate(ways, 1):
        text = io.StringIO()
        w = csv.writer(text, delimiter=delimiter, lineterminator=end,
                       quoting=quoting)
        w.writerows(([NAMES] if headed else []) + ROWS)
        want = by_key(wanted(NAMES if headed else GIVEN))
        options = {'Delimiter': delimiter}
        if not headed:
            options['HeaderList'] = GIVEN
        d, got = imported(n, text.getvalue().encode(coding), options)
        good = (d['ImportStatus'] == 'COMPLETED'
                and d['ImportedItemCount'] == len(ROWS)
                and by_key(got) == want)
        bad += not good
        print('%s %d - %r %r %s %s %s' % (
            'ok' if good else 'not ok', n, delimiter, end,
            'minimal' if quoting == csv.QUOTE_MINIMAL else 'all', coding,
            'headed' if headed else 'a list of names'))
        if not good:
            print('# %r' % {k: d.get(k) for k in (
                'ImportStatus', 'FailureCode', 'ErrorCount')})
            wrong = [p for p in zip(by_key(got), want) if p[0] != p[1]]
            print('# %r' % wrong[:1])
    print('1..%d' % len(ways))
    sys.exit(bad > 0)


main()
