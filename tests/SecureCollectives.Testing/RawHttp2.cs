using System.Buffers.Binary;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Text;
using SecureCollectives.Security.Identity;

namespace SecureCollectives.Testing;

/// <summary>An HTTP/2 client that sends arbitrary frames.</summary>
internal sealed class RawHttp2 : IAsyncDisposable
{
    public const byte Data = 0;
    public const byte Headers = 1;
    public const byte Settings = 4;
    public const byte Ping = 6;
    public const byte WindowUpdate = 8;
    public const byte Ack = 1;
    public const byte EndHeaders = 4;
    public const byte Padded = 8;

    private const int HeaderLength = 9;

    private readonly Stream _stream;

    private RawHttp2(Stream stream)
    {
        _stream = stream;
    }

    /// <summary>Connects with mutual TLS, and sends the preface and an empty SETTINGS frame.</summary>
    public static async Task<RawHttp2> ConnectAsync(int port, TlsOptionsFactory tls) =>
        await (await AuthenticateAsync(port, tls)).BeginAsync();

    /// <summary>Connects without TLS, and sends the preface and an empty SETTINGS frame.</summary>
    public static async Task<RawHttp2> ConnectAsync(int port) => await new RawHttp2(await OpenAsync(port)).BeginAsync();

    /// <summary>Connects and completes the TLS handshake, but sends nothing.</summary>
    public static async Task<RawHttp2> AuthenticateAsync(int port, TlsOptionsFactory tls)
    {
        var stream = new SslStream(await OpenAsync(port));
        await stream.AuthenticateAsClientAsync(tls.ForClient([SslApplicationProtocol.Http2], expected: null, _ => { }));
        return new RawHttp2(stream);
    }

    public static byte[] Frame(byte type, byte flags, int stream, params byte[] payload)
    {
        var frame = new byte[HeaderLength + payload.Length];
        BinaryPrimitives.WriteUInt32BigEndian(frame, ((uint)payload.Length << 8) | type);
        frame[4] = flags;
        BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(5), stream);
        payload.CopyTo(frame, HeaderLength);
        return frame;
    }

    /// <summary>Returns the request headers of a gRPC call, each a literal without indexing (RFC 7541, section 6.2.2).</summary>
    public static byte[] Call(int stream, string path)
    {
        var block = new List<byte>();
        foreach (var (name, value) in new[]
        {
            (":method", "POST"), (":scheme", "https"), (":path", path), (":authority", "localhost"), ("content-type", "application/grpc"),
                ("te", "trailers"),
        })
        {
            block.Add(0);
            foreach (var text in new[] { name, value })
            {
                block.Add((byte)text.Length);
                block.AddRange(Encoding.ASCII.GetBytes(text));
            }
        }

        return Frame(Headers, EndHeaders, stream, [.. block]);
    }

    public async Task SendAsync(byte[] bytes) => await _stream.WriteAsync(bytes);

    /// <summary>Sends a ping and reads until it is answered, which shows that the server has accepted everything before it.</summary>
    public async Task ProveAliveAsync(TimeSpan limit)
    {
        var mark = Guid.NewGuid().ToByteArray()[..8];
        await SendAsync(Frame(Ping, 0, 0, mark));
        while (true)
        {
            var (type, flags, payload) = await ReadFrameAsync(limit);
            if (type == Ping && flags == Ack && payload.AsSpan().SequenceEqual(mark))
            {
                return;
            }
        }
    }

    public async Task<(byte Type, byte Flags, byte[] Payload)> ReadFrameAsync(TimeSpan limit)
    {
        using var deadline = new CancellationTokenSource(limit);
        var header = new byte[HeaderLength];
        await _stream.ReadExactlyAsync(header, deadline.Token);
        var payload = new byte[BinaryPrimitives.ReadUInt32BigEndian(header) >> 8];
        await _stream.ReadExactlyAsync(payload, deadline.Token);
        return (header[3], header[4], payload);
    }

    /// <summary>Reads until the server closes the connection, gracefully or not.</summary>
    public async Task ReadToEndAsync(TimeSpan limit)
    {
        using var deadline = new CancellationTokenSource(limit);
        var buffer = new byte[4096];
        try
        {
            while (await _stream.ReadAsync(buffer, deadline.Token) > 0)
            {
            }
        }
        catch (IOException)
        {
            // A reset: the server had unread data.
        }
    }

    public ValueTask DisposeAsync() => _stream.DisposeAsync();

    private static async Task<NetworkStream> OpenAsync(int port)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(IPAddress.Loopback, port);
        return new NetworkStream(socket, ownsSocket: true);
    }

    private async Task<RawHttp2> BeginAsync()
    {
        await SendAsync([.. "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8, .. Frame(Settings, 0, 0)]);
        return this;
    }
}
