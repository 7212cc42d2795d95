using System.Net;
using System.Net.Sockets;

namespace SecureCollectives.Rpc;

/// <summary>The server could not listen on an address.</summary>
internal sealed class RpcBindException(IPEndPoint endPoint, Exception innerException)
    : Exception($"Cannot listen on {endPoint}: {Reason(innerException)}", innerException)
{
    public IPEndPoint EndPoint { get; } = endPoint;

    /// <summary>Whether binding failed because the port is in use, rather than because of the address.</summary>
    public bool IsInUse { get; } = Code(innerException) == SocketError.AddressAlreadyInUse;

    private static string Reason(Exception exception) =>
        Code(exception) switch
        {
            SocketError.AddressAlreadyInUse => "the port is in use. Stop the process that uses it, or choose another port.",
            SocketError.AddressNotAvailable => "this machine has no such address. Choose one of its addresses.",
            SocketError.AccessDenied => "permission denied. Choose a port above 1023.",
            _ => exception.Message,
        };

    private static SocketError? Code(Exception exception) =>
        (exception as SocketException ?? exception.InnerException as SocketException)?.SocketErrorCode;
}
