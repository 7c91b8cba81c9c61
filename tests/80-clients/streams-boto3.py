# SPDX-License-Identifier: ISC
"""A stream read with boto3, and what Terraform and its like ask for.

Speaks TAP.  Endpoint and credentials come from the environment.
"""
import json
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
    for ask, error in [
            (lambda: client.list_tags_of_resource(ResourceArn=arn),
             client.exceptions.ResourceNotFoundException),
            (lambda: client.describe_continuous_backups(TableName=name),
             client.exceptions.TableNotFoundException),
            (lambda: client.describe_time_to_live(TableName=name),
             client.exceptions.ResourceNotFoundException)]:
        try:
            ask()
            raise AssertionError('it is still there')
        except error:
            pass


@test
def what_terraform_asks_for_beside_a_table():
    """Replicas, insights, a policy, a Kinesis destination, protection."""
    name = 'terraform2'
    client.create_table(
        TableName=name, BillingMode='PAY_PER_REQUEST',
        AttributeDefinitions=[{'AttributeName': 'id', 'AttributeType': 'S'}],
        KeySchema=[{'AttributeName': 'id', 'KeyType': 'HASH'}],
        StreamSpecification={'StreamEnabled': True,
                             'StreamViewType': 'NEW_AND_OLD_IMAGES'},
        DeletionProtectionEnabled=True, TableClass='STANDARD',
        SSESpecification={'Enabled': True})
    client.get_waiter('table_exists').wait(TableName=name)

    def described():
        return client.describe_table(TableName=name)['Table']

    def replica(kind, **more):
        client.update_table(TableName=name, ReplicaUpdates=[
            {kind: {'RegionName': 'eu-west-1', **more}}])
        return described().get('Replicas', [])

    arn = described()['TableArn']
    assert [(r['RegionName'], r['ReplicaStatus']) for r in replica(
        'Create')] == [('eu-west-1', 'ACTIVE')], described()
    assert replica('Update', TableClassOverride='STANDARD')[0][
        'ReplicaTableClassSummary']['TableClass'] == 'STANDARD'
    far = client.meta.region_name
    other = boto3.client('dynamodb', endpoint_url=ENDPOINT, config=config,
                         region_name='eu-west-1')
    assert other.list_tags_of_resource(
        ResourceArn=arn.replace(far, 'eu-west-1'))['Tags'] == []
    assert replica('Delete') == []

    client.update_contributor_insights(
        TableName=name, ContributorInsightsAction='ENABLE')
    c = client.describe_contributor_insights(TableName=name)
    assert c['ContributorInsightsStatus'] == 'ENABLED', c
    assert [s['TableName'] for s in client.list_contributor_insights(
        TableName=name)['ContributorInsightsSummaries']] == [name]
    client.update_contributor_insights(
        TableName=name, ContributorInsightsAction='DISABLE')

    policy = json.dumps({'Version': '2012-10-17', 'Statement': [
        {'Effect': 'Allow', 'Principal': '*', 'Action': 'dynamodb:*',
         'Resource': arn}]})
    put = client.put_resource_policy(ResourceArn=arn, Policy=policy)
    got = client.get_resource_policy(ResourceArn=arn)
    assert (got['Policy'], got['RevisionId']) == (policy, put['RevisionId'])
    client.delete_resource_policy(ResourceArn=arn)

    stream = 'arn:aws:kinesis:%s:000000000000:stream/any' % far
    d = client.enable_kinesis_streaming_destination(
        TableName=name, StreamArn=stream)
    assert d['DestinationStatus'] == 'ENABLING', d
    d = client.describe_kinesis_streaming_destination(TableName=name)
    assert [x['DestinationStatus'] for x in
            d['KinesisDataStreamDestinations']] == ['ENABLE_FAILED'], d

    try:
        client.delete_table(TableName=name)
        raise AssertionError('a protected table went')
    except client.exceptions.ClientError as e:
        assert e.response['Error']['Code'] == 'ValidationException', e
    client.update_table(TableName=name, DeletionProtectionEnabled=False)
    client.update_table(TableName=name, StreamSpecification={
        'StreamEnabled': False})
    client.update_table(
        TableName=name, BillingMode='PROVISIONED', ProvisionedThroughput={
            'ReadCapacityUnits': 5, 'WriteCapacityUnits': 5})
    t = described()
    assert 'StreamSpecification' not in t, t
    assert t['ProvisionedThroughput']['ReadCapacityUnits'] == 5, t
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
