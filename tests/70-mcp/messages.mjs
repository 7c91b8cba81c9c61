// SPDX-License-Identifier: ISC
//
// messages.mjs - {"message", "method", "server", "version"}, a line each: says
// which of them, counted from 0, is not of the schema of its revision; nothing
// of the others.
// method: of the request that a result is for, where that is known.
// server: 1 where the server said it, 0 where the client did.
import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';

const MODERN = '2026-07-28';
const OLD = ['2025-03-26', '2025-06-18', '2025-11-25'];
const RESULTS = {
	'completion/complete': 'CompleteResult',
	initialize: 'InitializeResult',
	ping: 'EmptyResult',
	'prompts/get': 'GetPromptResult',
	'prompts/list': 'ListPromptsResult',
	'resources/list': 'ListResourcesResult',
	'resources/read': 'ReadResourceResult',
	'resources/templates/list': 'ListResourceTemplatesResult',
	'server/discover': 'DiscoverResult',
	'subscriptions/listen': 'SubscriptionsListenResult',
	'tools/call': 'CallToolResult',
	'tools/list': 'ListToolsResult',
};

const compiled = {};
function schema(version, type) {
	if (compiled[version] === undefined) {
		const text = readFileSync(new URL(`schema/${version}.json`,
		    import.meta.url));
		const { $schema, ...rest } = JSON.parse(text);
		const ajv = new Ajv2020({ strict: false, validateFormats: false });
		ajv.addSchema(rest, 'mcp');
		compiled[version] = { ajv, at: rest.$defs ? '$defs' :
			'definitions', has: rest.$defs ?? rest.definitions };
	}
	const { ajv, at, has } = compiled[version];
	return has[type] && ajv.getSchema(`mcp#/${at}/${type}`);
}

// The first type that the revision has.
function is(version, types, value) {
	const type = types.find((t) => schema(version, t));
	const check = schema(version, type);
	return check(value) ? undefined : `${version}: not a ${type}: ` +
	    JSON.stringify(check.errors.slice(0, 2));
}

// The type that the revision has for a method, of those that side may say.
function typed(version, side, method) {
	const { has } = compiled[version];
	const ref = ({ $ref }) => $ref?.split('/').pop();
	return [`${side}Request`, `${side}Notification`]
	    .flatMap((union) => has[union]?.anyOf ?? [has[union] ?? {}])
	    .map(ref).find((type) =>
	    has[type]?.properties.method?.const === method);
}

function said(version, message, server) {
	const why = is(version, [message.id === undefined ?
	    'JSONRPCNotification' : 'JSONRPCRequest'], message);
	const type = typed(version, server ? 'Server' : 'Client',
	    message.method);
	return why ?? (type && is(version, [type], message)) ??
	    (message.method === 'notifications/tasks' ?
	    held(version, message.params) : undefined);
}

// What a task holds of the call that it is for.
function held(version, { status, result, error, inputRequests }) {
	if (status === 'completed')
		return is(version, ['CallToolResult'], result);
	if (status === 'failed')
		return is(version, ['Error'], error);
	return inputRequests && is(version, ['InputRequests'], inputRequests);
}

function wrong(version, { message, method, server, version: named }) {
	if (message.method !== undefined)
		return said(version, message, server);
	// The earlier revisions want an id where there is none: JSON-RPC's null,
	// and nothing where it was not even known of which revision they are.
	if (message.error !== undefined) {
		const none = message.id === null && version !== MODERN ||
		    message.id === undefined && named === null;
		return is(version, ['JSONRPCErrorResponse', 'JSONRPCError'],
		    none ? { ...message, id: 0 } : message);
	}
	const asks = message.result?.resultType === 'input_required';
	const other = message.result?.resultType === 'task';
	const type = asks ? 'InputRequiredResult' : RESULTS[method];
	return is(version, ['JSONRPCResultResponse', 'JSONRPCResponse'],
	    message) ?? (method === 'tasks/get' ?
	    held(version, message.result) : undefined) ??
	    (type === undefined || other ? undefined :
	    is(version, [type, 'Result'], message.result));
}

let text = '';
for await (const part of process.stdin)
	text += part;
for (const [n, line] of text.split('\n').slice(0, -1).entries()) {
	const seen = JSON.parse(line);
	// Who names none may be of any of them; who names what is not there is
	// told so in the words of the newest.
	const versions = seen.version === null ? OLD :
	    OLD.includes(seen.version) ? [seen.version] : [MODERN];
	for (const version of versions) {
		const why = wrong(version, seen);
		if (why !== undefined)
			console.log(`${n}: ${why}: ${line.slice(0, 300)}`);
	}
}
