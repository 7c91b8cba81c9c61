// SPDX-License-Identifier: ISC
//
// disguise.mjs - every tool, argument and member of a result by another name,
// to whoever stands on this side of the wire: what it says of one by the name
// that the server has for it does not fit any more.
export const END = '_x';
// Words that JSON Schema and MCP have for themselves.
const KEPT = new Set(['description', 'items', 'message', 'name', 'title',
    'type']);

export class Disguise {
	constructor(worn) {
		this.worn = worn;
		this.names = new Set();
	}

	learn({ name, inputSchema, outputSchema }) {
		for (const s of [inputSchema, outputSchema])
			for (const p of Object.keys(s.properties ?? {}))
				if (!KEPT.has(p))
					this.names.add(p);
		this.names.add(name);
	}

	// The names in all strings and members of a value.
	hide(v) {
		if (typeof v === 'string')
			return v.replace(/\w+/g, (w) => this.names.has(w) ?
			    w + END : w);
		if (Array.isArray(v))
			return v.map((e) => this.hide(e));
		if (v === null || typeof v !== 'object')
			return v;
		return Object.fromEntries(Object.entries(v).map(([k, e]) =>
		    [this.hide(k), this.hide(e)]));
	}

	// Of a result: what is of the tools, not what is MCP's.
	on(result) {
		if (!this.worn)
			return result;
		const { tools, structuredContent: got, content, inputRequests } =
		    result;
		for (const t of [...tools ?? [], ...got?.tools ?? []])
			if (typeof t === 'object')
				this.learn(t);
		return { ...result,
		    ...tools && { tools: tools.map((t) => this.hide(t)) },
		    ...inputRequests && { inputRequests:
			this.hide(inputRequests) },
		    ...got && { structuredContent: this.hide(got) },
		    ...content && { content: content.map((c) =>
			({ ...c, text: this.hide(c.text) })) } };
	}

	off(message) {
		return this.worn ? JSON.parse(JSON.stringify(message)
		    .replaceAll(new RegExp(`${END}\\b`, 'g'), '')) : message;
	}
}
