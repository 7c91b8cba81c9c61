// SPDX-License-Identifier: ISC
//
// TAP for the programs of this folder: await test(name, body) for each test,
// done() last.
let n = 0, bad = 0;

export async function test(name, body) {
	n++;
	try {
		await body();
		console.log(`ok ${n} - ${name}`);
	} catch (e) {
		bad++;
		console.log(`not ok ${n} - ${name}`);
		console.log(`${e.stack ?? e}`.replace(/^/gm, '# '));
	}
}

export function done() {
	console.log(`1..${n}`);
	process.exit(bad ? 1 : 0);
}
