// SPDX-License-Identifier: ISC
//
// What the AWS SDK gets is held against its own schemas: of each answer every
// member must be known and of its type, and what is always there must be
// there.
//
//	const seen = watch(client, sdk);	// sdk: the package's exports
//
// seen.answered and seen.failed are sets: the names of operations that
// succeeded, and 'Operation Exception' where the SDK threw that class.
// seen.wrong is a list of what is not as the schemas say.
import { Readable } from 'node:stream';

// The members, by structure, that the service never leaves out; those that a
// schema calls required are looked for too.
const table = ['AttributeDefinitions', 'TableName', 'KeySchema', 'TableStatus',
	'CreationDateTime', 'ProvisionedThroughput', 'TableSizeBytes',
	'ItemCount', 'TableArn', 'TableId'];
const always = {
	TableDescription: table,
	GlobalSecondaryIndexDescription: ['IndexName', 'KeySchema',
		'Projection', 'IndexStatus', 'IndexSizeBytes', 'ItemCount',
		'IndexArn', 'ProvisionedThroughput'],
	LocalSecondaryIndexDescription: ['IndexName', 'KeySchema',
		'Projection', 'IndexSizeBytes', 'ItemCount', 'IndexArn'],
	VectorIndexDescription: ['IndexName', 'IndexStatus'],
	ProvisionedThroughputDescription: ['NumberOfDecreasesToday',
		'ReadCapacityUnits', 'WriteCapacityUnits'],
	ReplicaDescription: ['RegionName', 'ReplicaStatus'],
	RestoreSummary: ['RestoreDateTime', 'RestoreInProgress'],
	ConsumedCapacity: ['TableName', 'CapacityUnits'],
	ItemCollectionMetrics: ['ItemCollectionKey', 'SizeEstimateRangeGB'],
	CancellationReason: ['Code'],
	BatchStatementError: ['Code', 'Message'],
	BackupSummary: ['TableName', 'TableId', 'TableArn', 'BackupArn',
		'BackupName', 'BackupCreationDateTime', 'BackupStatus',
		'BackupType', 'BackupSizeBytes'],
	PointInTimeRecoveryDescription: ['PointInTimeRecoveryStatus'],
	ExportDescription: ['ExportArn', 'ExportStatus', 'StartTime',
		'TableArn', 'TableId', 'ExportTime', 'ClientToken', 'S3Bucket',
		'ExportFormat', 'ExportType'],
	ExportSummary: ['ExportArn', 'ExportStatus', 'ExportType'],
	ImportTableDescription: ['ImportArn', 'ImportStatus', 'TableArn',
		'TableId', 'ClientToken', 'S3BucketSource', 'InputFormat',
		'InputCompressionType', 'TableCreationParameters',
		'StartTime'],
	ImportSummary: ['ImportArn', 'ImportStatus', 'TableArn',
		'S3BucketSource', 'InputFormat', 'StartTime'],
	GlobalTableDescription: ['ReplicationGroup', 'GlobalTableArn',
		'CreationDateTime', 'GlobalTableStatus', 'GlobalTableName'],
	GlobalTable: ['GlobalTableName', 'ReplicationGroup'],
	ReplicaSettingsDescription: ['RegionName', 'ReplicaStatus'],
	TableAutoScalingDescription: ['TableName', 'TableStatus', 'Replicas'],
	ReplicaAutoScalingDescription: ['RegionName', 'ReplicaStatus'],
	TimeToLiveDescription: ['TimeToLiveStatus'],
	KinesisDataStreamDestination: ['StreamArn', 'DestinationStatus'],
	ContributorInsightsSummary: ['TableName', 'ContributorInsightsStatus'],
	StreamDescription: ['StreamArn', 'StreamLabel', 'StreamStatus',
		'StreamViewType', 'CreationRequestDateTime', 'TableName',
		'KeySchema', 'Shards'],
	Shard: ['ShardId', 'SequenceNumberRange'],
	SequenceNumberRange: ['StartingSequenceNumber'],
	_Stream: ['StreamArn', 'TableName', 'StreamLabel'],
	_Record: ['eventID', 'eventName', 'eventVersion', 'eventSource',
		'awsRegion', 'dynamodb'],
	StreamRecord: ['ApproximateCreationDateTime', 'Keys', 'SequenceNumber',
		'SizeBytes', 'StreamViewType'],

	BatchExecuteStatementOutput: ['Responses'],
	BatchGetItemOutput: ['Responses', 'UnprocessedKeys'],
	BatchWriteItemOutput: ['UnprocessedItems'],
	CreateBackupOutput: ['BackupDetails'],
	CreateGlobalTableOutput: ['GlobalTableDescription'],
	CreateTableOutput: ['TableDescription'],
	DeleteBackupOutput: ['BackupDescription'],
	DeleteTableOutput: ['TableDescription'],
	DescribeBackupOutput: ['BackupDescription'],
	DescribeContinuousBackupsOutput: ['ContinuousBackupsDescription'],
	DescribeContributorInsightsOutput: ['TableName',
		'ContributorInsightsStatus'],
	DescribeExportOutput: ['ExportDescription'],
	DescribeGlobalTableOutput: ['GlobalTableDescription'],
	DescribeGlobalTableSettingsOutput: ['GlobalTableName',
		'ReplicaSettings'],
	DescribeKinesisStreamingDestinationOutput: ['TableName',
		'KinesisDataStreamDestinations'],
	DescribeLimitsOutput: ['AccountMaxReadCapacityUnits',
		'AccountMaxWriteCapacityUnits', 'TableMaxReadCapacityUnits',
		'TableMaxWriteCapacityUnits'],
	DescribeStreamOutput: ['StreamDescription'],
	DescribeTableOutput: ['Table'],
	DescribeTableReplicaAutoScalingOutput: ['TableAutoScalingDescription'],
	DescribeTimeToLiveOutput: ['TimeToLiveDescription'],
	ExecuteTransactionOutput: ['Responses'],
	ExportTableToPointInTimeOutput: ['ExportDescription'],
	GetRecordsOutput: ['Records'],
	GetResourcePolicyOutput: ['Policy', 'RevisionId'],
	GetShardIteratorOutput: ['ShardIterator'],
	KinesisStreamingDestinationOutput: ['TableName', 'StreamArn',
		'DestinationStatus'],
	ListBackupsOutput: ['BackupSummaries'],
	ListContributorInsightsOutput: ['ContributorInsightsSummaries'],
	ListExportsOutput: ['ExportSummaries'],
	ListGlobalTablesOutput: ['GlobalTables'],
	ListImportsOutput: ['ImportSummaryList'],
	ListStreamsOutput: ['Streams'],
	ListTablesOutput: ['TableNames'],
	ListTagsOfResourceOutput: ['Tags'],
	PutResourcePolicyOutput: ['RevisionId'],
	QueryOutput: ['Count', 'ScannedCount'],
	RestoreTableFromBackupOutput: ['TableDescription'],
	RestoreTableToPointInTimeOutput: ['TableDescription'],
	ScanOutput: ['Count', 'ScannedCount'],
	TransactGetItemsOutput: ['Responses'],
	UpdateContinuousBackupsOutput: ['ContinuousBackupsDescription'],
	UpdateContributorInsightsOutput: ['TableName',
		'ContributorInsightsStatus'],
	UpdateGlobalTableOutput: ['GlobalTableDescription'],
	UpdateGlobalTableSettingsOutput: ['GlobalTableName',
		'ReplicaSettings'],
	UpdateKinesisStreamingDestinationOutput: ['TableName', 'StreamArn',
		'DestinationStatus'],
	UpdateTableOutput: ['TableDescription'],
	UpdateTableReplicaAutoScalingOutput: ['TableAutoScalingDescription'],
	UpdateTimeToLiveOutput: ['TimeToLiveSpecification'],
};

// What the service is documented to say, and no schema has.
const beside = { Identity: ['principalId', 'type'] };

// The types of the schemas that stand as numbers.
const plain = {
	0: (v) => typeof v === 'string',
	1: (v) => typeof v === 'number',
	2: (v) => typeof v === 'boolean',
	4: (v) => typeof v === 'number' && v > 1e9 && v < 1e11,	/* seconds */
	21: (v) => typeof v === 'string' &&
	    Buffer.from(v, 'base64').toString('base64') === v,
};
const LIST = 64, MAP = 128;
const isMap = (v) =>
	typeof v === 'object' && v !== null && !Array.isArray(v);

function* inStructure([kind, , name, , members, schemas, required], v, at) {
	if (!isMap(v)) {
		yield `${at}: no object, expected ${name}`;
		return;
	}
	for (const m of Object.keys(v)) {
		const i = members.indexOf(m);
		if (i < 0 && !beside[name]?.includes(m))
			yield `${at}.${m}: ${name} has no such member`;
		else if (i >= 0)
			yield* compare(schemas[i], v[m], `${at}.${m}`);
	}
	for (const m of [...members.slice(0, required ?? 0),
		...always[name] ?? []])
		if (!(m in v))
			yield `${at}.${m}: missing of ${name}`;
	if (kind === 4 && Object.keys(v).length !== 1)
		yield `${at}: not one member of ${name}`;
}

// What of a value is not as a schema says.
function* compare(schema, v, at) {
	while (typeof schema === 'function')
		schema = schema();
	if (Array.isArray(schema) && typeof schema[0] === 'function')
		schema = schema[0]();
	if (schema === 'unit') {
		if (Object.keys(v).length > 0)
			yield `${at}: expected nothing`;
		return;
	}
	if (typeof schema === 'number') {
		const [of, whole] = schema >= MAP ? [schema - MAP, isMap] :
		    schema >= LIST ? [schema - LIST, Array.isArray] :
		    [schema, plain[schema]];
		if (!whole(v))
			yield `${at}: ${JSON.stringify(v)} is not of type ` +
			    schema;
		else if (of !== schema)
			for (const [k, one] of Object.entries(v))
				yield* compare(of, one, `${at}.${k}`);
		return;
	}
	const [kind, , name] = schema;
	if (kind === 0) {
		yield* compare(schema[4], v, at);
	} else if (kind === 1 || kind === 2) {
		if (kind === 1 ? !Array.isArray(v) : !isMap(v))
			yield `${at}: not a ${name}`;
		else
			for (const [k, one] of Object.entries(v))
				yield* compare(schema[kind + 3], one,
				    `${at}.${k}`);
	} else {
		yield* inStructure(schema, v, at);
	}
}

function* inError(sdk, body, op) {
	const name = body.__type.replace(/.*#/, '');
	const { __type, ...members } = body;
	const text = members.message ?? members.Message;
	if (typeof text !== 'string' || text === '')
		yield `${op} ${name}: no message`;
	delete members.Message;
	delete members.message;
	if (sdk[`${name}$`])
		yield* compare(sdk[`${name}$`], members, `${op} ${name}`);
	else if (Object.keys(members).length > 0)
		yield `${op} ${name}: members that are not modelled`;
}

export function watch(client, sdk) {
	const seen = { answered: new Set(), failed: new Set(), wrong: [] };
	const named = (context) => context.commandName.replace(/Command$/, '');
	client.middlewareStack.add((next, context) => async (args) => {
		const result = await next(args), op = named(context);
		const { response } = result, parts = [];
		for await (const part of response.body)
			parts.push(part);
		const bytes = Buffer.concat(parts);
		response.body = Readable.from([bytes]);
		const text = bytes.toString();
		const body = text === '' ? {} : JSON.parse(text);
		const output = sdk[`${op}$`][5]();
		seen.wrong.push(...response.statusCode !== 200 ?
		    inError(sdk, body, op) : text === '' ? [] :
		    compare(output, body, op));
		return result;
	}, { step: 'deserialize', priority: 'low', name: 'watchAnswer' });
	client.middlewareStack.add((next, context) => async (args) => {
		try {
			const result = await next(args);
			seen.answered.add(named(context));
			return result;
		} catch (e) {
			if (sdk[e.name] && e instanceof sdk[e.name])
				seen.failed.add(`${named(context)} ${e.name}`);
			throw e;
		}
	}, { step: 'initialize', priority: 'high', name: 'watchOutcome' });
	return seen;
}
