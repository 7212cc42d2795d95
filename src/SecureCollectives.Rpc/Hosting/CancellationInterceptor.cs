using Grpc.Core;
using Grpc.Core.Interceptors;

namespace SecureCollectives.Rpc;

/// <summary>
/// Ends an abandoned call with CANCELLED, whatever exception its handler then throws. Otherwise Grpc.AspNetCore would log it as an error
/// in the handler.
/// </summary>
internal sealed class CancellationInterceptor : Interceptor
{
    public override async Task<TResponse> UnaryServerHandler<TRequest, TResponse>(
        TRequest request, ServerCallContext context, UnaryServerMethod<TRequest, TResponse> continuation)
    {
        try
        {
            return await continuation(request, context).ConfigureAwait(false);
        }
        catch (Exception exception) when (IsGivenUp(exception, context))
        {
            throw GivenUp(exception);
        }
    }

    public override async Task ServerStreamingServerHandler<TRequest, TResponse>(
        TRequest request, IServerStreamWriter<TResponse> responseStream, ServerCallContext context,
            ServerStreamingServerMethod<TRequest, TResponse> continuation)
    {
        try
        {
            await continuation(request, responseStream, context).ConfigureAwait(false);
        }
        catch (Exception exception) when (IsGivenUp(exception, context))
        {
            throw GivenUp(exception);
        }
    }

    public override async Task DuplexStreamingServerHandler<TRequest, TResponse>(
        IAsyncStreamReader<TRequest> requestStream,
        IServerStreamWriter<TResponse> responseStream,
        ServerCallContext context,
        DuplexStreamingServerMethod<TRequest, TResponse> continuation)
    {
        try
        {
            await continuation(requestStream, responseStream, context).ConfigureAwait(false);
        }
        catch (Exception exception) when (IsGivenUp(exception, context))
        {
            throw GivenUp(exception);
        }
    }

    /// <summary>Includes InvalidOperationException, because writing to an ended call throws it.</summary>
    private static bool IsGivenUp(Exception exception, ServerCallContext context) =>
        context.CancellationToken.IsCancellationRequested
            && exception is (OperationCanceledException or IOException or InvalidOperationException);

    private static RpcException GivenUp(Exception cause) =>
        new(new Status(StatusCode.Cancelled, "The caller abandoned the call.", cause));
}
