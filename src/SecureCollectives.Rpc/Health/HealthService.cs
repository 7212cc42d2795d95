using ServingStatus = SecureCollectives.Rpc.Health.HealthCheckResponse.Types.ServingStatus;

namespace SecureCollectives.Rpc.Health;

/// <summary>Answers <c>grpc.health.v1.Health</c>. The empty name stands for the server as a whole. Thread-safe.</summary>
internal sealed class HealthService
{
    private readonly Dictionary<string, bool> _serving = new(StringComparer.Ordinal);
    private readonly Lock _lock = new();
    private TaskCompletionSource _changed = NewSignal();

    public void AddTo(RpcMethodTable methods) => methods
        .AddUnary(HealthMethods.Check, CheckAsync)
        .AddServerStreaming(HealthMethods.Watch, WatchAsync);

    public void Set(string service, bool serving)
    {
        TaskCompletionSource changed;
        lock (_lock)
        {
            _serving[service] = serving;
            changed = _changed;
            _changed = NewSignal();
        }

        changed.SetResult();
    }

    private Task<HealthCheckResponse> CheckAsync(HealthCheckRequest request, RpcServerCall call)
    {
        ServingStatus status = Look(request.Service).Status;
        return status == ServingStatus.ServiceUnknown
            ? throw new RpcException(RpcStatusCode.NotFound, "The health of a service with this name is not known here.")
            : Task.FromResult(new HealthCheckResponse { Status = status });
    }

    private async Task WatchAsync(HealthCheckRequest request, RpcResponseWriter<HealthCheckResponse> responses, RpcServerCall call)
    {
        ServingStatus? sent = null;
        while (true)
        {
            (ServingStatus status, Task changed) = Look(request.Service);
            if (status != sent)
            {
                await responses.WriteAsync(new HealthCheckResponse { Status = status }).ConfigureAwait(false);
                sent = status;
            }

            await changed.WaitAsync(call.CancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>The status, and the signal that the next change gives: taken together, so that no change is missed.</summary>
    private (ServingStatus Status, Task Changed) Look(string service)
    {
        lock (_lock)
        {
            ServingStatus status = !_serving.TryGetValue(service, out bool serving) ? ServingStatus.ServiceUnknown
                : serving ? ServingStatus.Serving
                : ServingStatus.NotServing;
            return (status, _changed.Task);
        }
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
