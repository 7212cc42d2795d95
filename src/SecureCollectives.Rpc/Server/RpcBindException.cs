using System.Net;
using System.Net.Sockets;

namespace SecureCollectives.Rpc;

/// <summary>The server could not listen on an address.</summary>
internal sealed class RpcBindException : Exception
{
    public RpcBindException(IReadOnlyList<IPEndPoint> endPoints, Exception innerException)
        : this(string.Join(", ", endPoints), Classify(innerException), innerException)
    {
    }

    private RpcBindException(string endPoints, BindFailure reason, Exception innerException)
        : base(Describe(endPoints, reason, innerException), innerException)
    {
        Reason = reason;
    }

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

    private static string Describe(string endPoints, BindFailure reason, Exception exception) => reason switch
    {
        BindFailure.AddressInUse => $"Cannot listen on {endPoints}: the port is in use. Stop the process that has it, or choose another port.",
        BindFailure.AddressNotAvailable => $"Cannot listen on {endPoints}: this machine has no such address. Choose one of its own.",
        BindFailure.AccessDenied => $"Cannot listen on {endPoints}: permission denied. Choose a port above 1023.",
        _ => $"Cannot listen on {endPoints}: {exception.Message}",
    };
}
