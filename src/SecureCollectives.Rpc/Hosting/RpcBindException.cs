using System.Net;
using System.Net.Sockets;

namespace SecureCollectives.Rpc;

/// <summary>The server could not listen on an address.</summary>
internal sealed class RpcBindException : Exception
{
    public RpcBindException(IPEndPoint endPoint, Exception innerException)
        : this(endPoint, Classify(innerException), innerException)
    {
    }

    private RpcBindException(IPEndPoint endPoint, BindFailure reason, Exception innerException)
        : base(Describe(endPoint, reason, innerException), innerException)
    {
        EndPoint = endPoint;
        Reason = reason;
    }

    public IPEndPoint EndPoint { get; }

    public BindFailure Reason { get; }

    private static BindFailure Classify(Exception exception)
    {
        for (Exception? cause = exception; cause is not null; cause = cause.InnerException)
        {
            if (cause is SocketException socket)
            {
                return socket.SocketErrorCode switch
                {
                    SocketError.AddressAlreadyInUse => BindFailure.AddressInUse,
                    SocketError.AddressNotAvailable => BindFailure.AddressNotAvailable,
                    SocketError.AccessDenied => BindFailure.AccessDenied,
                    _ => BindFailure.Other,
                };
            }
        }

        return BindFailure.Other;
    }

    private static string Describe(IPEndPoint endPoint, BindFailure reason, Exception exception) => reason switch
    {
        BindFailure.AddressInUse => $"Cannot listen on {endPoint}: the port is in use. Stop the process that has it, or choose another port.",
        BindFailure.AddressNotAvailable => $"Cannot listen on {endPoint}: this machine has no such address. Choose one of its own.",
        BindFailure.AccessDenied => $"Cannot listen on {endPoint}: permission denied. Choose a port above 1023.",
        _ => $"Cannot listen on {endPoint}: {exception.Message}",
    };
}
