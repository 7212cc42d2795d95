using SecureCollectives.Rpc.Wire;

namespace SecureCollectives.Rpc;

/// <summary>One entry of metadata: either <see cref="Text"/> or <see cref="Bytes"/> is set.</summary>
internal readonly record struct RpcMetadataEntry(string Name, string? Text, byte[]? Bytes)
{
    /// <summary>The value as it stands in the HTTP header.</summary>
    public string WireValue => Text ?? BinaryMetadata.Encode(Bytes!);
}
