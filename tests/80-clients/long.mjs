// SPDX-License-Identifier: ISC
//
// Work that goes on behind a call, with the official MCP SDK: its progress,
// and as a task by its companion for tasks.  Speaks TAP.
//
//	node long.mjs CLIENT URL TABLE
//
// TABLE is too large to be backed up at once.
import assert from 'node:assert/strict';
import { createTaskSessionFromClient, resultFromTaskOutcome }
    from '@modelcontextprotocol/ext-tasks/client';
import { make, transport } from './mcp-client.mjs';
import { done, test } from './tap.mjs';

const [which, url, table] = process.argv.slice(2);
const token = process.env.DOORWARD_TOKEN;
const version = '2026-07-28';
const declared = { extensions: { 'io.modelcontextprotocol/tasks': {} } };

const client = await make(which);
await client.connect(await transport(which, [url], token));

await test(`${which}: progress, and then the result`, async () => {
	const seen = [];
	const ask = { name: 'create_backup', arguments: { table,
	    name: 'watched' } };
	const options = { onprogress: (p) => seen.push(p) };
	const r = which === 'v1' ?
	    await client.callTool(ask, undefined, options) :
	    await client.callTool(ask, options);
	assert.equal(r.structuredContent.status, 'AVAILABLE');
	assert.ok(seen.length > 0);
	for (const [i, p] of seen.entries()) {
		assert.ok(i === 0 || p.progress > seen[i - 1].progress);
		assert.ok(p.total >= p.progress);
	}
});

await test(`${which}: unwatched, the answer as it is then`, async () => {
	const r = await client.callTool({ name: 'create_backup',
	    arguments: { table, name: 'unwatched' } });
	assert.equal(r.structuredContent.status, 'CREATING');
});
await client.close();

// What the SDK's client does not send itself, as its companion asks for.
let id = 1000;
const asked = [];
async function rawDispatch(request, options) {
	asked.push(request.method);
	const answer = await fetch(url, { method: 'POST',
	    signal: options?.signal, headers: {
		Authorization: `Bearer ${token}`,
		'Content-Type': 'application/json',
		Accept: 'application/json, text/event-stream',
		'MCP-Protocol-Version': version,
		'Mcp-Method': request.method,
		...(request.params?.name === undefined ? {} :
		    { 'Mcp-Name': request.params.name }),
		...options?.context?.headers },
	    body: JSON.stringify({ jsonrpc: '2.0', id: id++, ...request }) });
	const said = await answer.json();
	return said.error === undefined ?
	    { kind: 'result', result: said.result } :
	    { kind: 'error', error: said.error };
}

async function session() {
	const c = await make(which, { capabilities: declared });
	await c.connect(await transport(which, [url], token));
	return [c, createTaskSessionFromClient(c, { endpointId: url,
	    rawDispatch, v2RequestFraming: { protocolVersion: version,
	    clientInfo: { name: 'doorward-test', version: '1' },
	    clientCapabilities: declared } })];
}

if (which !== 'v1' && which !== 'v2') {
	await test(`${which}: a task that is waited for`, async () => {
		const [c, s] = await session();
		const execution = await s.callTool('create_backup', { table,
		    name: 'task' });
		const { outcome } = await execution.settle();
		const result = resultFromTaskOutcome(outcome);
		assert.equal(result.structuredContent.status, 'AVAILABLE');
		assert.ok(asked.includes('tasks/get'));
		await s.close();
		await c.close();
	});
}
done();
