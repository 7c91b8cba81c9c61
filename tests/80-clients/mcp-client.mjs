// SPDX-License-Identifier: ISC
//
// The official MCP SDK in each way that it can be asked for: v1
// (@modelcontextprotocol/sdk), or @modelcontextprotocol/client in one of its
// modes: v2 (what it does unasked), v2-auto, v2-pin.
//
//	const client = await make('v2-pin');
//	await client.connect(await transport('v2-pin', [url], token));
const modes = { 'v2-auto': 'auto', 'v2-pin': { pin: '2026-07-28' } };

export async function make(which, options = {}) {
	const { Client } = which === 'v1'
	    ? await import('@modelcontextprotocol/sdk/client/index.js')
	    : await import('@modelcontextprotocol/client');
	const mode = modes[which];
	return new Client({ name: 'doorward-test', version: '1.0.0' },
	    { ...options, ...(mode === undefined ? {} :
	    { versionNegotiation: { mode } }) });
}

// to: [URL], or a command that is spoken to on its standard input and output.
export async function transport(which, to, token) {
	if (!/^https?:/.test(to[0])) {
		const { StdioClientTransport } = which === 'v1'
		    ? await import('@modelcontextprotocol/sdk/client/stdio.js')
		    : await import('@modelcontextprotocol/client/stdio');
		return new StdioClientTransport({ command: to[0],
		    args: to.slice(1), env: process.env });
	}
	const { StreamableHTTPClientTransport } = which === 'v1'
	    ? await import('@modelcontextprotocol/sdk/client/streamableHttp.js')
	    : await import('@modelcontextprotocol/client');
	return new StreamableHTTPClientTransport(new URL(to[0]), {
	    requestInit: { headers: { Authorization: `Bearer ${token}` } } });
}
