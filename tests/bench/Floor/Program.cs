using System.Collections.Concurrent;
using SQLitePCL;

// What the machine can do at most: bare Kestrel, no routing groups, no auth, no logging, the same SQLite library with statements prepared once.
// Floor FOLDER PORT serves /memory, /row/{n}, /page, POST /commit.
Batteries_V2.Init();
var path = Path.Combine(args[0], "floor.db");
var body = new byte[1_200];
Array.Fill(body, (byte)'x');
sqlite3 Open()
{
    raw.sqlite3_open_v2(path, out var opened, raw.SQLITE_OPEN_READWRITE | raw.SQLITE_OPEN_CREATE | raw.SQLITE_OPEN_NOMUTEX, null);
    raw.sqlite3_busy_timeout(opened, 5_000);
    raw.sqlite3_exec(opened, "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL");
    return opened;
}
var writer = Open();
raw.sqlite3_exec(writer, "CREATE TABLE IF NOT EXISTS rows(id INTEGER PRIMARY KEY, body BLOB NOT NULL); CREATE TABLE IF NOT EXISTS log(id INTEGER PRIMARY KEY, body BLOB NOT NULL)");
raw.sqlite3_exec(writer, "BEGIN; WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i+1 FROM n WHERE i<1000) INSERT OR IGNORE INTO rows SELECT i, randomblob(1200) FROM n; COMMIT");

var readers = new ConcurrentBag<(sqlite3 Connection, sqlite3_stmt Row, sqlite3_stmt Page)>();
(sqlite3 Connection, sqlite3_stmt Row, sqlite3_stmt Page) Rent()
{
    if (readers.TryTake(out var reader))
        return reader;
    var connection = Open();
    raw.sqlite3_prepare_v2(connection, "SELECT body FROM rows WHERE id=?1", out var row);
    raw.sqlite3_prepare_v2(connection, "SELECT body FROM rows WHERE id>=?1 ORDER BY id LIMIT 20", out var page);
    return (connection, row, page);
}

raw.sqlite3_prepare_v2(writer, "INSERT INTO log(body) VALUES(?1)", out var insert);
var pending = new List<TaskCompletionSource>();
var gate = new object();
new Thread(() =>
{
    var taken = new List<TaskCompletionSource>();
    while (true)
    {
        lock (gate)
        {
            while (pending.Count == 0)
                Monitor.Wait(gate);
            (taken, pending) = (pending, taken);
        }
        raw.sqlite3_exec(writer, "BEGIN");
        foreach (var _ in taken)
        {
            raw.sqlite3_bind_blob(insert, 1, body);
            raw.sqlite3_step(insert);
            raw.sqlite3_reset(insert);
        }
        raw.sqlite3_exec(writer, "COMMIT");
        foreach (var done in taken)
            done.SetResult();
        taken.Clear();
    }
})
{ IsBackground = true }.Start();

var builder = WebApplication.CreateSlimBuilder();
builder.Logging.ClearProviders();
builder.WebHost.UseUrls($"http://127.0.0.1:{args[1]}");
var app = builder.Build();
var turn = 0;
app.Run(async http =>
{
    var path = http.Request.Path.Value!;
    if (path == "/memory")
    {
        http.Response.ContentLength = body.Length;
        await http.Response.Body.WriteAsync(body);
    }
    else if (path == "/commit")
    {
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (gate)
        {
            pending.Add(done);
            Monitor.Pulse(gate);
        }
        await done.Task;
        http.Response.ContentLength = 2;
        await http.Response.Body.WriteAsync("ok"u8.ToArray());
    }
    else
    {
        var isPage = path == "/page";
        var reader = Rent();
        var statement = isPage ? reader.Page : reader.Row;
        raw.sqlite3_bind_int64(statement, 1, 1 + (uint)Interlocked.Increment(ref turn) % 980);
        var bytes = new List<byte[]>(20);
        while (raw.sqlite3_step(statement) == raw.SQLITE_ROW)
            bytes.Add(raw.sqlite3_column_blob(statement, 0).ToArray());
        raw.sqlite3_reset(statement);
        readers.Add(reader);
        http.Response.ContentLength = bytes.Sum(part => part.Length);
        foreach (var part in bytes)
            await http.Response.Body.WriteAsync(part);
    }
});
await app.RunAsync();
