using Google.Protobuf;

namespace SecureCollectives.Rpc;

/// <summary>Describes one method of a service; the same object serves client and server.</summary>
internal sealed class RpcMethod<TRequest, TResponse>
    where TRequest : class, IMessage<TRequest>
    where TResponse : class, IMessage<TResponse>
{
    /// <param name="kind">How many messages go each way.</param>
    /// <param name="service">The service with its package, as in the .proto file: <c>package.Service</c>.</param>
    /// <param name="name">The method's name in the .proto file.</param>
    /// <param name="requestParser">The generated parser of the request.</param>
    /// <param name="responseParser">The generated parser of the response.</param>
    public RpcMethod(RpcMethodKind kind, string service, string name, MessageParser<TRequest> requestParser, MessageParser<TResponse> responseParser)
    {
        ArgumentException.ThrowIfNullOrEmpty(service);
        ArgumentException.ThrowIfNullOrEmpty(name);
        Kind = kind;
        FullName = $"/{service}/{name}";
        RequestParser = requestParser;
        ResponseParser = responseParser;
    }

    public RpcMethodKind Kind { get; }

    /// <summary>The HTTP path: <c>/package.Service/Method</c>.</summary>
    public string FullName { get; }

    public MessageParser<TRequest> RequestParser { get; }

    public MessageParser<TResponse> ResponseParser { get; }
}
