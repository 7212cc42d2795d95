using System.Diagnostics;

namespace SecureCollectives.Rpc.Wire;

/// <summary>Says what a body that holds no message means for the call. The same table on both sides.</summary>
internal static class MessageFault
{
    /// <param name="outcome">An outcome that ends the call.</param>
    /// <param name="what">"request" or "response".</param>
    /// <param name="method">The method's full name.</param>
    /// <param name="limit">The largest message that is accepted.</param>
    public static RpcException ToException(MessageOutcome outcome, string what, string method, int limit) => outcome switch
    {
        MessageOutcome.TooLarge => new RpcException(
            RpcStatusCode.ResourceExhausted,
            $"A {what} message of {method} declares more than the {limit} bytes that are accepted here."),
        MessageOutcome.Compressed => new RpcException(
            RpcStatusCode.Unimplemented,
            $"A {what} message of {method} is compressed; only the identity encoding is supported."),
        MessageOutcome.BadFlag => new RpcException(RpcStatusCode.Internal, $"A {what} message of {method} starts with an unknown flag byte."),
        MessageOutcome.Truncated => new RpcException(RpcStatusCode.Internal, $"The {what} of {method} ended inside a message."),
        MessageOutcome.Malformed => new RpcException(RpcStatusCode.Internal, $"A {what} message of {method} could not be parsed."),
        _ => throw new UnreachableException($"The outcome {outcome} is no fault."),
    };
}
