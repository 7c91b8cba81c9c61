# SPDX-License-Identifier: ISC
"""A program as a user would write it, with boto3: client and resource.

Speaks TAP.  Endpoint and credentials come from the environment.
"""
import os
import sys
import traceback
from decimal import Decimal

import boto3
from boto3.dynamodb.conditions import Key
from boto3.dynamodb.types import Binary
from botocore.config import Config
from botocore.exceptions import ClientError

ENDPOINT = sys.argv[1]
TABLE = 'boto3'
config = Config(retries={'max_attempts': 1})
resource = boto3.resource('dynamodb', endpoint_url=ENDPOINT, config=config)
client = resource.meta.client
tests = []
bad = 0


def test(f):
    tests.append(f)


@test
def create_and_wait():
    t = resource.create_table(
        TableName=TABLE,
        AttributeDefinitions=[
            {'AttributeName': 'id', 'AttributeType': 'B'},
            {'AttributeName': 'n', 'AttributeType': 'N'}],
        KeySchema=[
            {'AttributeName': 'id', 'KeyType': 'HASH'},
            {'AttributeName': 'n', 'KeyType': 'RANGE'}],
        BillingMode='PAY_PER_REQUEST')
    t.wait_until_exists()
    assert TABLE in client.list_tables()['TableNames']


@test
def put_and_get_with_exact_numbers():
    t = resource.Table(TABLE)
    item = {'id': Binary(b'\x00\xff'), 'n': Decimal('1E+37'),
            'small': Decimal('1E-100'), 'text': 'gr\u00fc\u00df',
            'digits': Decimal('12345678901234567890123456789012345678'),
            'set': {Decimal(1), Decimal('2.5')}, 'none': None,
            'list': [True, {'a': []}]}
    t.put_item(Item=item)
    got = t.get_item(Key={'id': Binary(b'\x00\xff'), 'n': Decimal('1E+37')})
    assert got['Item'] == item, got['Item']


@test
def partiql_and_transactions():
    client.execute_statement(
        Statement='INSERT INTO "%s" VALUE {\'id\': ?, \'n\': ?}' % TABLE,
        Parameters=[b'q', Decimal('1.5')])
    got = client.execute_transaction(TransactStatements=[
        {'Statement': 'SELECT * FROM "%s" WHERE id = ? AND n = 1.50' % TABLE,
         'Parameters': [b'q']}])
    assert got['Responses'][0]['Item']['n'] == Decimal('1.5'), got
    key = {'id': b'q', 'n': Decimal('1.5')}
    try:
        client.transact_write_items(TransactItems=[
            {'ConditionCheck': {'TableName': TABLE, 'Key': key,
                                'ConditionExpression':
                                'attribute_not_exists(id)'}}])
        raise AssertionError('not cancelled')
    except client.exceptions.TransactionCanceledException as e:
        codes = [r['Code'] for r in e.response['CancellationReasons']]
        assert codes == ['ConditionalCheckFailed'], codes
    client.transact_write_items(TransactItems=[
        {'Delete': {'TableName': TABLE, 'Key': key}}])


@test
def batch_writer_and_query_in_numeric_order():
    t = resource.Table(TABLE)
    numbers = [Decimal(x) for x in (
        '-1E+37', '-10', '-9.5', '-1', '-0.001', '0', '1E-90', '0.5', '2',
        '10', '9' * 37, '9' * 38)]
    with t.batch_writer() as batch:
        for x in reversed(numbers):
            batch.put_item(Item={'id': Binary(b'q'), 'n': x})
    got = t.query(KeyConditionExpression=Key('id').eq(Binary(b'q')))
    assert [i['n'] for i in got['Items']] == numbers, got['Items']
    got = t.query(KeyConditionExpression=Key('id').eq(Binary(b'q')) &
                  Key('n').lt(0), ScanIndexForward=False)
    assert [i['n'] for i in got['Items']] == numbers[4::-1], got['Items']


@test
def scan_in_segments():
    t = resource.Table(TABLE)
    seen = []
    for segment in range(4):
        more = {}
        while True:
            page = t.scan(Segment=segment, TotalSegments=4, Limit=3, **more)
            seen += [(bytes(i['id']), i['n']) for i in page['Items']]
            if 'LastEvaluatedKey' not in page:
                break
            more = {'ExclusiveStartKey': page['LastEvaluatedKey']}
    assert len(seen) == len(set(seen)) == 13, len(seen)


@test
def errors_by_their_code():
    for code, call in (
        ('ResourceNotFoundException',
         lambda: client.describe_table(TableName='missing')),
        ('ResourceInUseException',
         lambda: client.create_table(
             TableName=TABLE, BillingMode='PAY_PER_REQUEST',
             AttributeDefinitions=[
                 {'AttributeName': 'id', 'AttributeType': 'S'}],
             KeySchema=[{'AttributeName': 'id', 'KeyType': 'HASH'}])),
        ('ValidationException',
         lambda: client.get_item(TableName=TABLE, Key={'x': {'S': 'y'}}))):
        try:
            call()
        except ClientError as e:
            assert e.response['Error']['Code'] == code, e.response
        else:
            raise AssertionError(code + ' was not raised')


@test
def a_wrong_secret_is_refused():
    other = boto3.client('dynamodb', endpoint_url=ENDPOINT, config=config,
                         aws_access_key_id=os.environ['AWS_ACCESS_KEY_ID'],
                         aws_secret_access_key='x' * 40)
    try:
        other.list_tables()
    except ClientError as e:
        assert e.response['Error']['Code'] == 'UnrecognizedClientException'
    else:
        raise AssertionError('it was accepted')


@test
def delete_items_and_table():
    t = resource.Table(TABLE)
    old = t.delete_item(Key={'id': Binary(b'q'), 'n': Decimal(2)},
                        ReturnValues='ALL_OLD')
    assert old['Attributes']['n'] == 2
    t.reload()
    assert t.item_count == 12
    t.delete()
    t.wait_until_not_exists()


for i, f in enumerate(tests):
    try:
        f()
        print('ok %d - %s' % (i + 1, f.__name__.replace('_', ' ')))
    except Exception:
        bad += 1
        print('not ok %d - %s' % (i + 1, f.__name__.replace('_', ' ')))
        print('# ' + traceback.format_exc().replace('\n', '\n# '))
print('1..%d' % len(tests))
sys.exit(bad != 0)
