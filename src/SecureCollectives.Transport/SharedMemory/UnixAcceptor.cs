using System.Buffers;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using SecureCollectives.Transport.Lanes;
using SecureCollectives.Transport.Native;
using SecureCollectives.Transport.Sockets;

namespace SecureCollectives.Transport.SharedMemory;

/// <summary>
/// Accepts connections at a random name in the abstract namespace of Unix sockets, which leaves no file to delete. Any process in the same
/// network namespace can connect.
/// </summary>
internal sealed unsafe class UnixAcceptor : SocketAcceptor
{
    private const string Prefix = "sc-";
    private const int NameBytes = 16;
    private const int SoPeerCredentials = 17;

    private static readonly SearchValues<char> HexDigits = SearchValues.Create("0123456789abcdef");

    private UnixAcceptor(Socket socket, string name)
        : base(socket) => Name = name;

    /// <summary>The name of the socket, without the leading zero byte.</summary>
    public string Name { get; }

    public override string Place => $"@{Name}";

    /// <exception cref="SocketException">The system could not create a socket.</exception>
    public static UnixAcceptor Listen()
    {
        var name = $"{Prefix}{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(NameBytes))}";
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            socket.Bind(EndPointOf(name));
            socket.Listen(Backlog);
            socket.Blocking = false;
            return new UnixAcceptor(socket, name);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>Whether a text has the form of such a name.</summary>
    public static bool IsName(string text) =>
        text.Length == Prefix.Length + (2 * NameBytes) && text.StartsWith(Prefix, StringComparison.Ordinal)
            && text.AsSpan(Prefix.Length).IndexOfAnyExcept(HexDigits) < 0;

    /// <summary>Returns the end point for a name.</summary>
    public static EndPoint EndPointOf(string name) => new UnixDomainSocketEndPoint($"\0{name}");

    public override Lane ToLane(AcceptedConnection connection)
    {
        var handle = new SafeSocketHandle(connection.Descriptor, ownsHandle: true);
        try
        {
            return new IntroducingLane(new UnixSocket(new Socket(handle)));
        }
        catch
        {
            handle.Dispose();
            throw;
        }
    }

    /// <summary>Describes a connection. All processes on this host share the places of its loopback address.</summary>
    protected override AcceptedConnection Accepted(int descriptor, ReadOnlySpan<byte> address)
    {
        const int Process = 0;
        const int User = 1;
        const int Words = 3;
        var credentials = stackalloc int[Words];
        var length = (uint)(Words * sizeof(int));
        var isKnown = Libc.GetSocketOption(descriptor, Libc.SolSocket, SoPeerCredentials, credentials, &length) == 0;
        return new AcceptedConnection(descriptor,
            isKnown ? new LocalProcess(credentials[Process], (uint)credentials[User]) : new LocalProcess(0, uint.MaxValue),
                IPAddress.Loopback);
    }
}
