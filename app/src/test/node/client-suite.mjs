// Runs a client library's own suite, unmodified, against a running Stabbur: client-suite.mjs TARGET FOLDER ARGUMENT…
// The suites call http://localhost:54321 without a key; the CLI's local gateway lets such requests pass as anon, and so does the
// one in front of Stabbur here. The last line of the output is the result as JSON.
import { spawn } from 'node:child_process'
import { readFileSync, mkdtempSync } from 'node:fs'
import http from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const [target, folder, ...args] = process.argv.slice(2)
const { hostname, port } = new URL(target)
const gateway = http.createServer((request, response) => {
  const headers = { apikey: process.env.SUPABASE_ANON_KEY, ...request.headers }
  const passed = http.request({ hostname, port, method: request.method, path: request.url, headers }, (answer) => {
    response.writeHead(answer.statusCode, answer.statusMessage, answer.headers)
    answer.pipe(response)
  })
  passed.on('error', () => response.destroy())
  request.pipe(passed)
})
gateway.on('error', (e) => {
  console.error(`The suites call port 54321: ${e.message}`)
  process.exit(1)
})
gateway.listen(54321, () => {
  const result = join(mkdtempSync(join(tmpdir(), 'suite-')), 'result.json')
  const jest = spawn('npx', ['jest', '--ci', '--runInBand', '--json', `--outputFile=${result}`, ...args], {
    cwd: folder,
    stdio: ['ignore', 'ignore', 'ignore'],
  })
  jest.on('exit', () => {
    const { numTotalTests, numPassedTests, numFailedTests, testResults } = JSON.parse(readFileSync(result))
    const failed = testResults.flatMap((file) =>
      file.assertionResults.filter((each) => each.status === 'failed').map((each) => each.fullName),
    )
    console.log(JSON.stringify({ total: numTotalTests, passed: numPassedTests, failures: numFailedTests, failed }))
    gateway.closeAllConnections()
    gateway.close()
  })
})
