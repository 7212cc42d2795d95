using System.Globalization;
using Grpc.Core;

namespace SecureCollectives.Rpc.Tests;

/// <summary>The tests' Echo service. Reference/echo_server.py provides the same service with the reference implementation.</summary>
internal sealed class EchoService : Echo.EchoBase
{
    public const string Failure = "schief gegangen: 50 % ✗\nzweite Zeile";

    private readonly TaskCompletionSource _started = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _cancelled = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Completes when a waiting call has begun.</summary>
    public Task Started => _started.Task;

    /// <summary>Completes when the token of a waiting call has fired.</summary>
    public Task Cancelled => _cancelled.Task;

    /// <summary>The connection of the last call; null if there was none.</summary>
    public RpcConnection? LastConnection { get; private set; }

    public override async Task<Note> Say(Note request, ServerCallContext context)
    {
        LastConnection = RpcConnection.Of(context);
        switch (request.Text)
        {
            case "fail":
                throw new RpcException(new Status(StatusCode.FailedPrecondition, Failure));
            case "throw":
                throw new InvalidDataException("a secret of the server");
            case "wait":
                await WaitAsync(context);
                return request;
            case "grow":
                return new Note { Text = new string('g', 5 << 20) };
            case "remaining":
                return new Note { Text = (context.Deadline - DateTime.UtcNow).TotalSeconds.ToString(CultureInfo.InvariantCulture) };
            default:
                return request;
        }
    }

    public override async Task Count(Note request, IServerStreamWriter<Note> responseStream, ServerCallContext context)
    {
        switch (request.Text)
        {
            case "wait":
                await responseStream.WriteAsync(new Note { Text = "waiting" }, context.CancellationToken);
                await WaitAsync(context);
                break;
            case "fail":
                await responseStream.WriteAsync(new Note { Text = "0" }, context.CancellationToken);
                await responseStream.WriteAsync(new Note { Text = "1" }, context.CancellationToken);
                throw new RpcException(new Status(StatusCode.FailedPrecondition, Failure));
            default:
                for (var number = 0; number < int.Parse(request.Text, CultureInfo.InvariantCulture); number++)
                {
                    await responseStream.WriteAsync(
                        new Note { Text = number.ToString(CultureInfo.InvariantCulture) }, context.CancellationToken);
                }

                break;
        }
    }

    private async Task WaitAsync(ServerCallContext context)
    {
        _started.TrySetResult();
        try
        {
            await Task.Delay(Timeout.Infinite, context.CancellationToken);
        }
        finally
        {
            _cancelled.TrySetResult();
        }
    }
}
