# SPDX-License-Identifier: ISC
"""every.json, step by step, with boto3; then: was every operation, paginator
and waiter that this boto3 has used, and has every error that it models come
as its class?  What each answer must be is in botocore's model of the API.

    every-boto3.py ENDPOINT NAME=ENDPOINT...

The last are servers that answer everything with the error of that name.
What this boto3 does not know yet is left out.  Speaks TAP.
"""
import base64
import json
import os
import re
import sys
import time
import traceback

import boto3
from botocore import xform_name
from botocore.config import Config
from botocore.exceptions import ClientError, WaiterError

# What this server cannot answer, and errors that no request can bring about
# here: every.mjs says why.
NO_KINESIS = ['DisableKinesisStreamingDestination',
              'UpdateKinesisStreamingDestination']
UNMADE = {
    'ReplicatedWriteConflictException': '.',
    'ContinuousBackupsUnavailableException': '.',
    'TableInUseException': '.',
    'BackupInUseException': 'CreateBackup$',
    'ResourceInUseException':
        '((Delete|Put)ResourcePolicy|'
        '(Disable|Enable|Update)KinesisStreamingDestination|'
        'StartBulkPutItems|(Unt|T)agResource|UpdateGlobalTableSettings|'
        'UpdateTableReplicaAutoScaling|UpdateTimeToLive)$',
    'TableNotFoundException': 'UpdateGlobalTable$',
    'ResourceNotFoundException': '(ListStreams|GetRecords)$',
    'TransactionInProgressException': '.',
    'ExpiredIteratorException': 'GetRecords$',
    'TrimmedDataAccessException': 'GetRecords$|GetShardIterator$',
}

config = Config(retries={'max_attempts': 0})
answered, failed, used, wrong = set(), set(), set(), []
checked = n = bad = 0


def compare(shape, v, at):
    """What of a value is not as the model says; an older one knows less."""
    kind = shape.type_name
    types = {'structure': dict, 'map': dict, 'list': list, 'string': str,
             'integer': int, 'long': int, 'boolean': bool, 'blob': str,
             'timestamp': (int, float), 'double': (int, float)}
    if not isinstance(v, types[kind]) or \
            isinstance(v, bool) != (kind == 'boolean'):
        yield '%s: %r is no %s' % (at, v, kind)
    elif kind == 'structure':
        for m in shape.required_members:
            if m not in v:
                yield '%s: %s is missing' % (at, m)
        for m in v:
            if m in shape.members:
                yield from compare(shape.members[m], v[m], at + '.' + m)
    elif kind == 'map':
        for k in v:
            yield from compare(shape.value, v[k], at + '.' + k)
    elif kind == 'list':
        for i, one in enumerate(v):
            yield from compare(shape.member, one, '%s.%d' % (at, i))
    elif kind == 'string' and shape.enum and v not in shape.enum:
        yield '%s: %s is not of %s' % (at, v, shape.enum)
    elif kind == 'blob':
        base64.b64decode(v, validate=True)


def look(event_name, response_dict, **_):
    global checked
    op = event_name.split('.')[-1]
    shape = operations[op].output_shape
    if response_dict['status_code'] == 200 and shape is not None:
        checked += 1
        wrong.extend(compare(shape, json.loads(response_dict['body']), op))


class Clients:
    """Those of one server."""
    def __init__(self, endpoint):
        self.main, self.streams = (
            boto3.client(name, endpoint_url=endpoint, config=config)
            for name in ('dynamodb', 'dynamodbstreams'))
        for c in (self.main, self.streams):
            c.meta.events.register('response-received', look)

    def of(self, op):
        known = self.streams.meta.service_model.operation_names
        return self.streams if op in known else self.main

    def send(self, op, args):
        c = self.of(op)
        try:
            r = getattr(c, xform_name(op))(**args)
            answered.add(op)
            return r
        except ClientError as e:
            name = e.response['Error']['Code']
            if type(e) is getattr(c.exceptions, name, None):
                failed.add((op, name))
            raise


here = Clients(sys.argv[1])
models = [here.main.meta.service_model, here.streams.meta.service_model]
operations = {op: m.operation_model(op)
              for m in models for op in m.operation_names}
variables = {'t': 'boto3', 'i': '', 'policy': json.dumps({
    'Version': '2012-10-17', 'Statement': [
        {'Effect': 'Allow', 'Principal': '*', 'Action': 'dynamodb:GetItem',
         'Resource': '*'}]})}


def fill(v, shape=None):
    """With its variables, and of what the model has."""
    kind = shape.type_name if shape is not None else 'string'
    if kind == 'structure':
        return {k: fill(x, shape.members[k]) for k, x in v.items()
                if k in shape.members}
    if kind == 'map':
        return {fill(k): fill(x, shape.value) for k, x in v.items()}
    if kind == 'list':
        return [fill(x, shape.member) for x in v]
    if kind == 'blob':
        return base64.b64decode(v)
    if not isinstance(v, str):
        return v
    return re.sub(r'\$\{?(\w+)\}?', lambda m: variables[m[1]], v)


def args_of(op, args):
    return fill(args, operations[op].input_shape)


def at(v, path):
    for k in path.split('.'):
        v = v[int(k)] if k.isdigit() else v.get(k)
    return v


def came(op, e, name):
    code = e.response['Error']['Code']
    modelled = getattr(here.of(op).exceptions, name, None) \
        if name in [s.name for s in operations[op].error_shapes] else None
    return code == name and (modelled is None or type(e) is modelled)


def call(op, args, more=None):
    """False where it should have failed, and has not."""
    wanted = more if isinstance(more, str) else None
    more = more if isinstance(more, dict) else {}
    for _ in range(300):
        try:
            r = here.send(op, args_of(op, args))
        except ClientError as e:
            if wanted is not None and came(op, e, wanted):
                return True
            raise
        if 'until' not in more or at(r, more['until'][0]) == more['until'][1]:
            break
        time.sleep(0.1)
    else:
        raise AssertionError('it is %s' % at(r, more['until'][0]))
    for name, path in more.get('save', {}).items():
        variables[name] = at(r, path)
    return wanted is None


def wait(step):
    name = xform_name(step['wait'])
    if name not in here.main.waiter_names:
        return
    waiter = here.main.get_waiter(name)
    op = waiter.config.operation
    try:
        waiter.wait(WaiterConfig={'Delay': 0.1, 'MaxAttempts': 600},
                    **args_of(op, step['in']))
        assert not step.get('fails'), 'it should not succeed'
    except WaiterError:
        assert step.get('fails'), traceback.format_exc()
    used.add(name)


def pages(step):
    op = step['pages']
    if op not in operations or not here.main.can_paginate(xform_name(op)):
        return
    how = {'PageSize': step['size']} if 'size' in step else {}
    found = sum(1 for _ in here.main.get_paginator(xform_name(op)).paginate(
        PaginationConfig=how, **args_of(op, step['in'])))
    assert found >= step['least'], found
    used.add(op)


def fill_table(step):
    for i in range(0, step['items'], 25):
        here.main.batch_write_item(RequestItems={fill(step['fill']): [
            {'PutRequest': {'Item': {
                'k': {'S': 'fill'}, 'n': {'N': str(j)}, 'l': {'N': '1'}}}}
            for j in range(i, i + 25)]})


def again(step):
    for i in range(step['again']):
        variables['i'] = str(i)
        for one in step['steps'][:-1]:
            call(*one)
        if call(*step['steps'][-1]):
            return
    raise AssertionError('each time it was too late')


def test(name, f, *args):
    global n, bad
    n += 1
    try:
        f(*args)
        print('ok %d - %s' % (n, name))
    except Exception:
        bad += 1
        print('not ok %d - %s' % (n, name))
        print('# ' + traceback.format_exc().replace('\n', '\n# '))


def about(step):
    more = step[2] if len(step) > 2 and isinstance(step[2], str) else None
    return step[0] + (': ' + more if more else '')


def one_step(step):
    assert call(*step), '%s is wanted' % step[2]


KINDS = {'wait': wait, 'pages': pages, 'fill': fill_table, 'again': again}
with open(os.path.join(os.path.dirname(__file__), 'every.json'),
          encoding='utf-8') as script:
    steps = json.load(script)
for step in steps:
    if isinstance(step, list):
        if step[0] in operations:
            test(about(step), one_step, step)
    else:
        kind = next(k for k in KINDS if k in step)
        what = about(step['steps'][-1]) if 'steps' in step else step[kind]
        test('%s %s' % (kind, what), KINDS[kind], step)


def failing(name, endpoint):
    there = Clients(endpoint)
    for op, model in operations.items():
        if name not in [s.name for s in model.error_shapes]:
            continue
        # Only what botocore itself wants is there.
        client = there.of(op)
        args = {m: sample(model.input_shape.members[m])
                for m in model.input_shape.required_members}
        try:
            there.send(op, args)
            raise AssertionError('%s: it succeeds' % op)
        except ClientError as e:
            assert type(e) is getattr(client.exceptions, name), (op, e)


def sample(shape):
    kind = shape.type_name
    if kind == 'structure':
        return {m: sample(shape.members[m]) for m in shape.required_members}
    if kind == 'list':
        return [sample(shape.member)] * shape.metadata.get('min', 0)
    if kind == 'string':
        return shape.enum[0] if shape.enum else \
            'x' * max(3, shape.metadata.get('min', 0))
    return {'map': {}, 'boolean': True, 'timestamp': 0}.get(kind, 1)


for one in sys.argv[2:]:
    test('a server that fails: ' + one.split('=')[0], failing,
         *one.split('=', 1))


def every_operation():
    assert len(operations) >= 57, len(operations)
    left = sorted(op for op in operations if op not in answered)
    assert left == [op for op in NO_KINESIS if op in operations], left


def every_paginator_and_waiter():
    left = [w for w in here.main.waiter_names if w not in used]
    left += [op for op in operations
             if here.of(op).can_paginate(xform_name(op)) and op not in used]
    assert here.main.waiter_names and not left, left


def every_error():
    missing, surprising = [], []
    for op, model in operations.items():
        for shape in model.error_shapes:
            never = re.match(UNMADE.get(shape.name, '(?!)'), op) is not None
            if never == ((op, shape.name) in failed):
                (surprising if never else missing).append((op, shape.name))
    assert not missing and not surprising, (missing, surprising)


def every_answer():
    assert checked > 100, checked
    assert not wrong, sorted(set(wrong))


test('every operation has been answered', every_operation)
test('every paginator and every waiter has been used',
     every_paginator_and_waiter)
test('every error that can be has come as its class', every_error)
test('every answer is of its shape', every_answer)
print('1..%d' % n)
sys.exit(bad != 0)
