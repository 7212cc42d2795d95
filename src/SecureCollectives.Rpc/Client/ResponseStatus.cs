using System.Net.Http.Headers;
using SecureCollectives.Rpc.Wire;

namespace SecureCollectives.Rpc;

/// <summary>Reads status and metadata from a response's headers or trailers.</summary>
internal static class ResponseStatus
{
    /// <exception cref="RpcException">The status is not OK, or there is none.</exception>
    public static void Read(HttpResponseHeaders headers, string method, RpcMetadata trailers)
    {
        ReadMetadata(headers, method, trailers);
        if (Value(headers, GrpcProtocol.StatusHeader) is not { } text || StatusMapping.FromWire(text) is not { } code)
        {
            throw new RpcException(RpcStatusCode.Unknown, $"The response to {method} ended without a grpc-status.") { Trailers = trailers };
        }

        if (code != RpcStatusCode.Ok)
        {
            string message = StatusMessage.Decode(Value(headers, GrpcProtocol.MessageHeader) ?? "");
            throw new RpcException(code, message) { Trailers = trailers };
        }
    }

    public static void ReadMetadata(HttpResponseHeaders headers, string method, RpcMetadata metadata)
    {
        foreach ((string name, HeaderStringValues values) in headers.NonValidated)
        {
            string lower = name.ToLowerInvariant();
            if (RpcMetadata.IsReserved(lower))
            {
                continue;
            }

            foreach (string value in values)
            {
                if (!metadata.TryAddFromWire(lower, value))
                {
                    throw new RpcException(RpcStatusCode.Internal, $"The metadata '{lower}' in the response to {method} is not base64.");
                }
            }
        }
    }

    private static string? Value(HttpResponseHeaders headers, string name) =>
        headers.NonValidated.TryGetValues(name, out HeaderStringValues values) ? values.ToString() : null;
}
