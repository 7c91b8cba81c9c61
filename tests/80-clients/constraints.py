# SPDX-License-Identifier: ISC
"""Every constraint of AWS's own model of the API, at it and past it.

    constraints.py HOST:PORT TOKEN

botocore carries the model.  Each member of each operation's input that must
be there, is of an enumeration, or has a least or greatest length or value
gets requests that keep the constraint and requests that do not: these are
refused in the service's words, which name the member and the constraint, and
those never for it.  And each member gets a value of each kind of JSON that it
cannot be: a SerializationException.  Speaks TAP, two tests for each operation.
"""
import http.client
import json
import re
import sys

import botocore.session

connection = http.client.HTTPConnection(sys.argv[1])
LARGEST = 70000  # a length that is sent

# Beside what is required, so that other constraints do not fill the answer.
KEY = [{'AttributeName': 'k', 'KeyType': 'HASH'}]
DEFINED = [{'AttributeName': 'k', 'AttributeType': 'S'}]
BASE = {
    'CreateTable': {'KeySchema': KEY, 'AttributeDefinitions': DEFINED},
    'ImportTable': {'InputFormat': 'CSV', 'TableCreationParameters': {
        'TableName': 'xxx', 'KeySchema': KEY, 'BillingMode':
        'PAY_PER_REQUEST', 'AttributeDefinitions': DEFINED}},
}
# Of a member TableName, though its shape is that of an ARN too.
NAME = 3, 255
ARN = 'arn:aws:dynamodb:us-east-1:000000000000:table/xxx'

# What breaks the pattern of a shape.
BREAKS = {
    'TableName': 'x?x', 'IndexName': 'x?x', 'BackupName': 'x?x',
    'AutoScalingPolicyName': '\x01', 'AutoScalingRoleArn': '\x01',
    'ClientToken': 'a$', 'CsvDelimiter': 'x', 'CsvHeader': '"',
    'S3Bucket': '-x-', 'S3BucketOwner': 'x', 'ImportNextToken': 'x' * 112,
}

# Where the service has other words than "Value ... at 'member' failed ...":
# operation, member and kind of case, and what is said.
OTHERWISE = [
    # A table's name is looked at before all else, an ARN as a whole.
    (r'.*', r'tableName', r'null', r"The parameter 'TableName' is required"),
    (r'.*', r'tableName', r'm.. past', r'TableName must be at least 3'),
    (r'(Unt|T)agResource|ListTagsOfResource', r'resourceArn',
     r'null|min past', r'Invalid TableArn'),
    # The lists of a map are the map's own affair.
    (r'BatchWriteItem', r'requestItems.xxx.member', r'm.. past',
     r".* at 'requestItems' failed to satisfy constraint: Map value must "
     r'satisfy constraint: .Member must have length less than or equal to 25'),
    (r'ListImports', r'nextToken', r'pattern', r'Invalid NextToken'),
]
# What the service wants no more, and older models do: keys of indexes have up
# to 8 attributes, and an index's units are not all that can be updated.
RELAXED = re.compile(r'.*[iI]ndex.*\.keySchema max past|'
                     r'.*\.update\.provisionedThroughput null')
# Of tables of several regions; refused whatever stands there.
UNSERVED = re.compile(r'globalTable(SourceArn|Settings|Witness)')


def ask(target, args):
    """What is said against it; nothing where it is carried out."""
    connection.request('POST', '/', json.dumps(args), {
        'Authorization': 'Bearer ' + sys.argv[2],
        'Content-Type': 'application/x-amz-json-1.0',
        'X-Amz-Target': target})
    r = connection.getresponse()
    body = json.loads(r.read())
    if r.status == 200:
        return ''
    return body['__type'].split('#')[1] + ': ' + str(
        body.get('message', body.get('Message')))


def sample(shape, n=None):
    """Something of this shape, n long or large."""
    if shape.name == 'CsvDelimiter':
        return ',' * (1 if n is None else n)
    kind, least = shape.type_name, shape.metadata.get('min', 1)
    if shape.name in ('ResourceArnString', 'TableArn') and n is None:
        return ARN
    if shape.name == 'AttributeValue':
        return {'S': 'x'}
    if kind == 'structure':
        return {m: sample(shape.members[m]) for m in shape.required_members}
    if kind == 'list':
        return [sample(shape.member)] * (max(1, least) if n is None else n)
    if kind == 'map':
        return {'xxx%d' % i: sample(shape.value)
                for i in range(max(1, least) if n is None else n)}
    if kind == 'string':
        if shape.enum:
            return shape.enum[0]
        return 'x' * (max(3, least) if n is None else n)
    if kind in ('integer', 'long', 'double'):
        return max(1, least) if n is None else n
    return {'boolean': True, 'timestamp': 1, 'blob': 'AA=='}[kind]


def limits(shape, member):
    """(which, its number, one past it, the words)"""
    least, most = shape.metadata.get('min'), shape.metadata.get('max')
    if member == 'tableName':
        # Too short a name is none that can be found, or has its own words.
        yield 'min', NAME[0], 0, 'greater than or equal to '
        least, most = None, NAME[1]
    sized = shape.type_name in ('string', 'list', 'map')
    if getattr(shape, 'enum', None):
        return
    if least is not None and (not sized or least > 0):
        yield 'min', least, least - 1, 'greater than or equal to %d' % least
    if most is not None and most <= LARGEST:
        yield 'max', most, most + 1, 'less than or equal to %d' % most


def own_cases(shape, member, is_required):
    """(kind, value, the words that refuse it; nothing: it is good)"""
    if is_required:
        yield 'null', None, 'must not be null'
    if shape.type_name == 'string' and shape.enum:
        yield 'enum', 'NOPE', 'satisfy enum value set: ['
        for word in shape.enum:
            yield 'enum', word, None
    if shape.name in BREAKS:
        yield 'pattern', BREAKS[shape.name], \
            'satisfy regular expression pattern: '
    for which, number, past, words in limits(shape, member):
        yield which, sample(shape, number), None
        yield which + ' past', sample(shape, past), words


def cases(shape, put, path, is_required=False, within=(), whole=None):
    """The same with the path, and as whole inputs: put makes them."""
    for kind, value, words in own_cases(
            shape, path[-1] if path else '', is_required):
        yield '.'.join(path), kind, put(value), words
    if shape.name in within + ('AttributeValue',):
        return
    within += (shape.name,)
    if shape.type_name == 'list':
        n = max(1, shape.metadata.get('min', 1))
        yield from cases(shape.member, lambda v: put([v] * n),
                         path + ['1', 'member'], False, within)
    elif shape.type_name == 'map':
        yield from cases(shape.value, lambda v: put({'xxx': v}),
                         path + ['xxx', 'member'], False, within)
    elif shape.type_name == 'structure':
        whole = whole or sample(shape)
        for name, member in shape.members.items():
            def put_member(v, name=name):
                d = {**whole, name: v}
                if v is None:
                    del d[name]
                return put(d)
            yield from cases(
                member, put_member, path + [name[0].lower() + name[1:]],
                name in shape.required_members, within)


def fits(op, path, kind, words, said):
    """Is this what is to be said?"""
    at = "at '%s' failed to satisfy constraint: " % path
    if UNSERVED.match(path):
        return 'Member is not supported here' in said
    if RELAXED.fullmatch('%s %s' % (path, kind)) and \
            (words.endswith(' 2') or kind == 'null'):
        return True
    if words is None:
        return at not in said
    if not said.startswith('ValidationException: '):
        return False
    if at in said and words in said:
        return True
    return any(re.fullmatch(o, op) and re.fullmatch(p, path) and
               re.fullmatch(k, kind) and
               re.match('ValidationException: ' + w, said)
               for o, p, k, w in OTHERWISE)


# A value of each kind of JSON, and of which of them a member may be.
VALUES = {'string': 'x', 'number': 1, 'boolean': True, 'list': [],
          'object': {}}
KINDS = {'structure': ['object'], 'map': ['object'], 'list': ['list'],
         'string': ['string'], 'blob': ['string'],
         'boolean': ['boolean', 'string']}


def wrong_kinds(shape, put, path, within=()):
    """(path, whole input)"""
    for kind, value in VALUES.items():
        if kind not in KINDS.get(shape.type_name, ['number']):
            yield '.'.join(path + [kind]), put(value)
    if shape.name in within:
        return
    within += (shape.name,)
    if shape.type_name == 'list':
        yield from wrong_kinds(shape.member, lambda v: put([v]),
                               path + ['1'], within)
    elif shape.type_name == 'map':
        yield from wrong_kinds(shape.value, lambda v: put({'xxx': v}),
                               path + ['xxx'], within)
    elif shape.type_name == 'structure':
        for name, member in shape.members.items():
            yield from wrong_kinds(member, lambda v, name=name: put({name: v}),
                                   path + [name], within)


def told(target, shape):
    """What is wrong of one operation's constraints, and how many there are."""
    op, wrong, many = target.split('.')[1], [], 0
    for path, kind, args, words in cases(
            shape, lambda v: v, [],
            whole={**sample(shape), **BASE.get(op, {})}):
        said = ask(target, args)
        many += 1
        if not fits(op, path, kind, words, said):
            wrong.append('%s, %s: %s' % (path, kind, said[:400]))
    return wrong, many


def told_kinds(target, shape):
    """The same of its kinds."""
    wrong, many = [], 0
    for path, args in wrong_kinds(shape, lambda v: v, []):
        said = ask(target, args)
        many += 1
        if not said.startswith('SerializationException: '):
            wrong.append('%s: %s' % (path, said[:400]))
    return wrong, many


n = bad = total = 0
for service in ('dynamodb', 'dynamodbstreams'):
    model = botocore.session.get_session().get_service_model(service)
    for op in model.operation_names:
        for what, tell in (('constraints kept and not', told),
                           ('wrong kinds', told_kinds)):
            wrong, many = tell(
                '%s.%s' % (model.metadata['targetPrefix'], op),
                model.operation_model(op).input_shape)
            n += 1
            total += many
            bad += bool(wrong)
            print('%sok %d - %s: %d %s' %
                  ('not ' if wrong else '', n, op, many, what))
            for line in wrong:
                print('# ' + line)
print('1..%d' % n)
print('# %d cases' % total)
sys.exit(bad != 0 or total < 5000)
