namespace SecureCollectives.Rpc;

/// <summary>Constants of gRPC over HTTP/2, for byte streams that bypass the gRPC libraries.</summary>
internal static class GrpcContent
{
    public const string Type = "application/grpc";
    public const string Subtype = "+proto";
    public const string StatusTrailer = "grpc-status";
    public const string StatusOk = "0";

    /// <summary>
    /// Whether a content type is <c>application/grpc</c>, with or without the subtype and parameters. Anything else is not gRPC, including
    /// <c>application/grpc-web</c>.
    /// </summary>
    public static bool Is(string? contentType)
    {
        var media = contentType is null ? default : contentType.AsSpan().TrimStart();
        var parameters = media.IndexOf(';');
        media = (parameters < 0 ? media : media[..parameters]).TrimEnd();
        return media.Equals(Type, StringComparison.OrdinalIgnoreCase)
            || (media.StartsWith(Type, StringComparison.OrdinalIgnoreCase)
                && media[Type.Length..].Equals(Subtype, StringComparison.OrdinalIgnoreCase));
    }
}
