namespace SecureCollectives.Rpc;

/// <summary>
/// What marks a request or response as gRPC over HTTP/2, for the byte streams that are no business of the gRPC libraries.
/// </summary>
internal static class GrpcContent
{
    public const string Type = "application/grpc";
    public const string Subtype = "+proto";
    public const string StatusTrailer = "grpc-status";
    public const string StatusOk = "0";

    /// <summary>
    /// <c>application/grpc</c>, alone or with its subtype, with parameters or without. Anything else is no gRPC,
    /// <c>application/grpc-web</c> included.
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
