using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Media.Bench;

/// <summary>Serves one file by range on the loopback interface and counts requests and the bytes that it got rid of, as a store that bills for them would.</summary>
internal sealed class CountingServer : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _running;
    private readonly string _path;
    private int _requests;
    private long _bytes;

    public CountingServer(string path)
    {
        _path = path;
        // Small buffers, or megabytes that nobody asked for would sit in them when the client hangs up.
        _listener.Server.SendBufferSize = 16 * 1024;
        _listener.Start();
        _running = AcceptAsync();
    }

    public Uri Url => new($"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}/video.mp4");

    public int Requests => _requests;

    public long Bytes => Interlocked.Read(ref _bytes);

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Stop();
        await _running;
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        var clients = new List<Task>();
        try
        {
            while (true)
                clients.Add(ServeAsync(await _listener.AcceptTcpClientAsync(_stop.Token)));
        }
        catch (Exception exception) when (exception is OperationCanceledException or SocketException)
        {
            await Task.WhenAll(clients);
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using var connection = client;
        connection.SendBufferSize = 16 * 1024;
        var stream = connection.GetStream();
        try
        {
            using var reader = new StreamReader(stream, Encoding.ASCII, leaveOpen: true);
            var range = (From: 0L, To: long.MaxValue);
            while (await reader.ReadLineAsync(_stop.Token) is { Length: > 0 } line)
            {
                if (!line.StartsWith("Range: bytes=", StringComparison.OrdinalIgnoreCase))
                    continue;
                var ends = line["Range: bytes=".Length..].Split('-');
                range = (long.Parse(ends[0], CultureInfo.InvariantCulture), ends[1].Length > 0 ? long.Parse(ends[1], CultureInfo.InvariantCulture) : long.MaxValue);
            }
            Interlocked.Increment(ref _requests);
            using var file = File.OpenHandle(_path);
            var length = RandomAccess.GetLength(file);
            var to = Math.Min(range.To, length - 1);
            var head = string.Create(CultureInfo.InvariantCulture,
                $"HTTP/1.1 206 Partial Content\r\nContent-Type: video/mp4\r\nAccept-Ranges: bytes\r\nContent-Range: bytes {range.From}-{to}/{length}\r\nContent-Length: {to - range.From + 1}\r\nConnection: close\r\n\r\n");
            await stream.WriteAsync(Encoding.ASCII.GetBytes(head), _stop.Token);
            var buffer = new byte[16 * 1024];
            for (var at = range.From; at <= to;)
            {
                var count = RandomAccess.Read(file, buffer.AsSpan(0, (int)Math.Min(buffer.Length, to - at + 1)), at);
                await stream.WriteAsync(buffer.AsMemory(0, count), _stop.Token);
                Interlocked.Add(ref _bytes, count);
                at += count;
            }
        }
        catch (Exception exception) when (exception is IOException or OperationCanceledException or FormatException)
        {
            // The client has seen enough.
        }
    }
}
