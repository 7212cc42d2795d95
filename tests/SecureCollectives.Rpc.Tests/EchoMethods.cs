namespace SecureCollectives.Rpc.Tests;

/// <summary>The methods of echo.proto.</summary>
internal static class EchoMethods
{
    private const string Service = "securecollectives.tests.Echo";

    public static readonly RpcMethod<Note, Note> Say = Describe(RpcMethodKind.Unary, "Say");
    public static readonly RpcMethod<Note, Note> Count = Describe(RpcMethodKind.ServerStreaming, "Count");
    public static readonly RpcMethod<Note, Note> Join = Describe(RpcMethodKind.ClientStreaming, "Join");
    public static readonly RpcMethod<Note, Note> Chat = Describe(RpcMethodKind.Duplex, "Chat");

    private static RpcMethod<Note, Note> Describe(RpcMethodKind kind, string name) => new(kind, Service, name, Note.Parser, Note.Parser);
}
