using System.Collections.Frozen;

namespace SecureCollectives.Rpc.Wire;

/// <summary>Every string of "gRPC over HTTP/2" that this project sends or reads.</summary>
internal static class GrpcProtocol
{
    public const string ContentType = "application/grpc";
    public const string ContentTypeHeader = "content-type";
    public const string StatusHeader = "grpc-status";
    public const string MessageHeader = "grpc-message";
    public const string TimeoutHeader = "grpc-timeout";
    public const string EncodingHeader = "grpc-encoding";
    public const string AcceptEncodingHeader = "grpc-accept-encoding";
    public const string IdentityEncoding = "identity";
    public const string TeHeader = "te";
    public const string TeTrailers = "trailers";
    public const string UserAgentHeader = "user-agent";
    public const string UserAgent = "secure-collectives-rpc";
    public const string BinarySuffix = "-bin";

    /// <summary>Headers of HTTP itself that appear on gRPC requests and responses and are no metadata.</summary>
    public static readonly FrozenSet<string> HttpHeaders = FrozenSet.ToFrozenSet(
        [
            ContentTypeHeader, TeHeader, UserAgentHeader, "host", "content-length", "content-encoding", "transfer-encoding",
            "connection", "keep-alive", "proxy-connection", "upgrade", "trailer", "date", "server",
        ],
        StringComparer.OrdinalIgnoreCase);

    /// <summary>
    /// <c>application/grpc</c>, alone or with a subtype (<c>+proto</c>) or parameters (<c>;</c>). Anything else is no gRPC,
    /// <c>application/grpc-web</c> included.
    /// </summary>
    public static bool IsGrpc(string? contentType) =>
        contentType is not null
        && contentType.StartsWith(ContentType, StringComparison.OrdinalIgnoreCase)
        && (contentType.Length == ContentType.Length
            || contentType[ContentType.Length] == ';'
            || contentType.AsSpan(ContentType.Length).Equals("+proto", StringComparison.OrdinalIgnoreCase)
            || contentType.AsSpan(ContentType.Length).StartsWith("+proto;", StringComparison.OrdinalIgnoreCase));
}
