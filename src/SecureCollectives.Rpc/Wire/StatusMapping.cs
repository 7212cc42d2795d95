using System.Globalization;

namespace SecureCollectives.Rpc.Wire;

/// <summary>
/// Statuses of other layers as gRPC statuses: "http-grpc-status-mapping" for responses without <c>grpc-status</c>, and the
/// "HTTP2 Transport Mapping" of error codes for streams that were reset.
/// </summary>
internal static class StatusMapping
{
    public static RpcStatusCode FromHttpStatus(int status) => status switch
    {
        400 => RpcStatusCode.Internal,
        401 => RpcStatusCode.Unauthenticated,
        403 => RpcStatusCode.PermissionDenied,
        404 => RpcStatusCode.Unimplemented,
        429 or 502 or 503 or 504 => RpcStatusCode.Unavailable,
        _ => RpcStatusCode.Unknown,
    };

    public static RpcStatusCode FromHttp2Error(long errorCode) => errorCode switch
    {
        Http2ErrorCode.RefusedStream => RpcStatusCode.Unavailable,
        Http2ErrorCode.Cancel => RpcStatusCode.Cancelled,
        Http2ErrorCode.EnhanceYourCalm => RpcStatusCode.ResourceExhausted,
        Http2ErrorCode.InadequateSecurity => RpcStatusCode.PermissionDenied,
        _ => RpcStatusCode.Internal,
    };

    /// <summary>The code a peer sent; a number outside the known ones is Unknown, as the specification says. Null: no number.</summary>
    public static RpcStatusCode? FromWire(string text)
    {
        if (!int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int value))
        {
            return null;
        }

        return Enum.IsDefined((RpcStatusCode)value) ? (RpcStatusCode)value : RpcStatusCode.Unknown;
    }

    public static string ToWire(RpcStatusCode code) => ((int)code).ToString(CultureInfo.InvariantCulture);
}
