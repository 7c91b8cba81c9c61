# SPDX-License-Identifier: ISC
"""A stream read with boto3, and what Terraform and its like ask for.

Speaks TAP.  Endpoint and credentials come from the environment.
"""
import os
import subprocess
import sys
import time
import traceback

import boto3
from botocore.config import Config

ENDPOINT = sys.argv[1]
TABLE = 'stream-boto3'
config = Config(retries={'max_attempts': 1})
client = boto3.client('dynamodb', endpoint_url=ENDPOINT, config=config)
streams = boto3.client('dynamodbstreams', endpoint_url=ENDPOINT,
                       config=config)
tests = []
bad = 0


def test(f):
    tests.append(f)


def read(arn, kind):
    """Every record that the stream has now."""
    records = []
    d = streams.describe_stream(StreamArn=arn)['StreamDescription']
    for shard in d['Shards']:
        it = streams.get_shard_iterator(
            StreamArn=arn, ShardId=shard['ShardId'],
            ShardIteratorType=kind)['ShardIterator']
        while it:
            r = streams.get_records(ShardIterator=it, Limit=1000)
            records += r['Records']
            it = r.get('NextShardIterator') if r['Records'] else None
    return records


@test
def a_stream_from_its_beginning():
    client.create_table(
        TableName=TABLE,
        AttributeDefinitions=[
            {'AttributeName': 'id', 'AttributeType': 'B'},
            {'AttributeName': 'n', 'AttributeType': 'N'}],
        KeySchema=[
            {'AttributeName': 'id', 'KeyType': 'HASH'},
            {'AttributeName': 'n', 'KeyType': 'RANGE'}],
        BillingMode='PAY_PER_REQUEST',
        StreamSpecification={'StreamEnabled': True,
                             'StreamViewType': 'KEYS_ONLY'})
    client.get_waiter('table_exists').wait(TableName=TABLE)
    arn = client.describe_table(TableName=TABLE)['Table']['LatestStreamArn']
    for n in range(30):
        client.put_item(TableName=TABLE, Item={
            'id': {'B': b'\x00\xff'}, 'n': {'N': str(n)}})
    records = read(arn, 'TRIM_HORIZON')
    assert len(records) == 30, len(records)
    assert records[29]['dynamodb']['Keys'] == {
        'id': {'B': b'\x00\xff'}, 'n': {'N': '29'}}, records[29]
    assert 'NewImage' not in records[0]['dynamodb']
    shard = streams.describe_stream(StreamArn=arn)['StreamDescription']
    assert [k['KeyType'] for k in shard['KeySchema']] == ['HASH', 'RANGE']


@test
def what_expires_is_removed_by_the_service():
    client.update_time_to_live(TableName=TABLE, TimeToLiveSpecification={
        'Enabled': True, 'AttributeName': 'exp'})
    client.put_item(TableName=TABLE, Item={
        'id': {'B': b'old'}, 'n': {'N': '1'},
        'exp': {'N': str(int(time.time()) - 60)}})
    subprocess.run(os.environ['SWEEP'].split(), check=True)
    arn = client.describe_table(TableName=TABLE)['Table']['LatestStreamArn']
    last = read(arn, 'TRIM_HORIZON')[-1]
    assert last['eventName'] == 'REMOVE', last
    assert last['userIdentity'] == {
        'PrincipalId': 'dynamodb.amazonaws.com', 'Type': 'Service'}, last


@test
def what_terraform_asks_for():
    """Create, describe, TTL, tags, continuous backups, limits; again."""
    name = 'terraform'
    client.create_table(
        TableName=name, BillingMode='PAY_PER_REQUEST',
        AttributeDefinitions=[{'AttributeName': 'id', 'AttributeType': 'S'}],
        KeySchema=[{'AttributeName': 'id', 'KeyType': 'HASH'}],
        Tags=[{'Key': 'Name', 'Value': name}])
    client.get_waiter('table_exists').wait(TableName=name)
    t = client.describe_table(TableName=name)['Table']
    arn = t['TableArn']
    client.update_time_to_live(TableName=name, TimeToLiveSpecification={
        'Enabled': True, 'AttributeName': 'ttl'})
    client.update_continuous_backups(
        TableName=name, PointInTimeRecoverySpecification={
            'PointInTimeRecoveryEnabled': True, 'RecoveryPeriodInDays': 7})
    client.tag_resource(ResourceArn=arn, Tags=[
        {'Key': 'k%d' % i, 'Value': 'v'} for i in range(15)])
    client.untag_resource(ResourceArn=arn, TagKeys=['k0'])

    ttl = client.describe_time_to_live(TableName=name)
    assert ttl['TimeToLiveDescription'] == {
        'TimeToLiveStatus': 'ENABLED', 'AttributeName': 'ttl'}, ttl
    backups = client.describe_continuous_backups(TableName=name)
    p = backups['ContinuousBackupsDescription']
    p = p['PointInTimeRecoveryDescription']
    assert p['PointInTimeRecoveryStatus'] == 'ENABLED'
    assert p['RecoveryPeriodInDays'] == 7
    assert p['EarliestRestorableDateTime'] <= p['LatestRestorableDateTime']
    tags = []
    for page in client.get_paginator('list_tags_of_resource').paginate(
            ResourceArn=arn):
        tags += page['Tags']
    assert sorted(t['Key'] for t in tags) == sorted(
        ['Name'] + ['k%d' % i for i in range(1, 15)]), tags
    assert client.describe_limits()['AccountMaxReadCapacityUnits'] == 80000
    d = client.describe_kinesis_streaming_destination(TableName=name)
    assert d['KinesisDataStreamDestinations'] == []
    c = client.describe_contributor_insights(TableName=name)
    assert c['ContributorInsightsStatus'] == 'DISABLED'
    try:
        client.get_resource_policy(ResourceArn=arn)
        raise AssertionError('a policy')
    except client.exceptions.PolicyNotFoundException:
        pass
    address = client.describe_endpoints()['Endpoints'][0]['Address']
    assert ENDPOINT.endswith(address), address
    client.delete_table(TableName=name)
    client.get_waiter('table_not_exists').wait(TableName=name)


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
