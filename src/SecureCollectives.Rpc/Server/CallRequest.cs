using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Primitives;
using SecureCollectives.Rpc.Wire;

namespace SecureCollectives.Rpc;

/// <summary>The headers of a request, understood.</summary>
internal readonly record struct CallRequest(RpcMetadata Metadata, TimeSpan? Timeout)
{
    /// <summary>Null: understood. Otherwise the status to answer with.</summary>
    public static RpcException? TryParse(IHttpRequestFeature request, out CallRequest parsed)
    {
        var metadata = new RpcMetadata();
        TimeSpan? timeout = null;
        parsed = new CallRequest(metadata, timeout);

        StringValues encoding = request.Headers[GrpcProtocol.EncodingHeader];
        if (!StringValues.IsNullOrEmpty(encoding) && encoding != GrpcProtocol.IdentityEncoding)
        {
            return new RpcException(RpcStatusCode.Unimplemented, "The request is compressed; only the identity encoding is supported.");
        }

        if (request.Headers.TryGetValue(GrpcProtocol.TimeoutHeader, out StringValues timeoutText))
        {
            if (!CallTimeout.TryParse(timeoutText.ToString(), out TimeSpan value))
            {
                return new RpcException(RpcStatusCode.Internal, "The grpc-timeout header is malformed.");
            }

            timeout = value;
        }

        foreach ((string name, StringValues values) in request.Headers)
        {
            // HTTP/2 has lower-case names only, but Kestrel reports those it knows in their HTTP/1 spelling.
            string lower = name.ToLowerInvariant();
            if (RpcMetadata.IsReserved(lower))
            {
                continue;
            }

            foreach (string? value in values)
            {
                if (!metadata.TryAddFromWire(lower, value ?? ""))
                {
                    return new RpcException(RpcStatusCode.Internal, $"The metadata '{lower}' is not base64.");
                }
            }
        }

        parsed = new CallRequest(metadata, timeout);
        return null;
    }
}
