namespace SecureCollectives.Rpc;

/// <summary>A bidirectional streaming method whose messages pass as bare bytes; the same object serves client and server.</summary>
internal sealed class RpcByteMethod
{
    /// <param name="service">The service with its package, as in the .proto file: <c>package.Service</c>.</param>
    /// <param name="name">The method's name in the .proto file.</param>
    public RpcByteMethod(string service, string name)
    {
        ArgumentException.ThrowIfNullOrEmpty(service);
        ArgumentException.ThrowIfNullOrEmpty(name);
        FullName = $"/{service}/{name}";
    }

    /// <summary>The HTTP path: <c>/package.Service/Method</c>.</summary>
    public string FullName { get; }
}
